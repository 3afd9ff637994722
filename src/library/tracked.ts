/**
 * The processes that a host has registered and that have not ended yet.
 *
 * @module
 */
import type { ChildProcess } from "../../plugins/backends/_spawn/gated.ts";
import type { Machine } from "../contract.ts";
import { isZombie } from "../process.ts";
import type { Entry } from "../registry/entry.ts";

/** A process that the host has registered. */
export interface Tracked {
  /** Its number. */
  readonly pid: number;
  /** The session it belongs to. */
  readonly session: string;
  /** When it was registered, in epoch milliseconds. */
  readonly registeredAt: number;
  /** What is on record; undefined as long as that could not be written. */
  readonly entry?: Entry;
}

type Child = Pick<ChildProcess, "exitCode" | "once">;

/** One of {@linkcode Tracked} with what only the library knows. */
export interface Watched {
  readonly pid: number;
  readonly session: string;
  readonly registeredAt: number;
  /** Whether the host hears of its end by event. */
  readonly isChild: boolean;
  readonly ended: Promise<"ended">;
  entry?: Entry;
  /** Settled when it is on record, or when that has failed. */
  recorded: Promise<void>;
}

/** By pid, those that are there. */
export class Watch {
  readonly #byPid: Map<number, Watched> = new Map();

  add(watched: Watched): void {
    this.#byPid.set(watched.pid, watched);
  }

  get(pid: number): Watched | undefined {
    return this.#byPid.get(pid);
  }

  /** Takes this one off, and none that got its number since; whether it was there. */
  remove(watched: Watched): boolean {
    return this.#byPid.get(watched.pid) === watched && this.#byPid.delete(watched.pid);
  }

  all(): Watched[] {
    return [...this.#byPid.values()];
  }

  of(session: string): Watched[] {
    return this.all().filter((watched) => watched.session === session);
  }
}

/** Without what is nobody else's. */
export function told({ pid, session, registeredAt, entry }: Watched): Tracked {
  return { pid, session, registeredAt, ...(entry === undefined ? {} : { entry }) };
}

/**
 * Settled when a child has ended; never for what is no child. Deno sets `signalCode` when a signal is sent, whatever
 * becomes of it: only the event and the exit code tell.
 */
export function exitOf(child: Child | undefined): Promise<"ended"> {
  return new Promise((resolve) => {
    if (child === undefined) return;
    if (child.exitCode !== null) return resolve("ended");
    child.once("exit", () => resolve("ended"));
  });
}

/** Whether it is there. Unknown is. */
export function isStill({ pid, entry }: Watched, machine: Machine): boolean {
  if (entry === undefined) return true;
  const draft = machine.identify === undefined
    ? machine.list("all").find((one) => one.pid === pid)
    : machine.identify(pid);
  if (draft === undefined) return machine.exists?.(pid) !== false;
  return draft.startToken === undefined || (draft.startToken === entry.startToken && !isZombie(draft));
}
