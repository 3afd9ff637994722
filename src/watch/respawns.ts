/**
 * What comes back: somebody starts it again whenever it ends. Ending it once more helps nobody, so after
 * three times it is left alone and told.
 *
 * @module
 */
import type { Process } from "../contract.ts";

/** So often it is ended, then no more. */
export const MOST_RETURNS = 3;
/** A supervisor starts again sooner than this (field reports: 13 s). What comes later came by itself. */
const RETURN_MS = 60_000;
/** Who has not come back for so long is forgotten. */
const FORGOTTEN_MS = 3_600_000;
/** Start times and the wall clock are read one after the other. */
const SLACK_MS = 50;
const MOST_KNOWN = 1_000;

interface Ended {
  readonly pid: number;
  readonly startToken: string | undefined;
  readonly times: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Remembers who was ended, for as long as a watch runs. */
export class Respawns {
  readonly #ended = new Map<string, Ended>();

  /** Why this one is left alone, or undefined. */
  spares(root: Process): string | undefined {
    const before = this.#before(root);
    if (before === undefined || before.times < MOST_RETURNS) return undefined;
    return `it was ended ${before.times} times and is back each time: something starts it again`;
  }

  /** This one was asked to end, or ended, just now. */
  ended(root: Process, at: number): void {
    const key = signature(root);
    const known = this.#ended.get(key);
    // Asked once more: it has not gone yet, so it has not come back.
    if (known !== undefined && isSame(known, root)) return;
    const before = this.#before(root);
    this.#ended.delete(key);
    this.#ended.set(key, { pid: root.pid, startToken: root.startToken, times: (before?.times ?? 0) + 1, at });
    for (const [oldest, { at: then }] of this.#ended) {
      if (at - then < FORGOTTEN_MS && this.#ended.size <= MOST_KNOWN) break;
      this.#ended.delete(oldest);
    }
  }

  /** Its predecessor: the same command in the same place, which ended just before this one was started. */
  #before(root: Process): Ended | undefined {
    const before = this.#ended.get(signature(root));
    if (before === undefined || root.startedAt === undefined) return undefined;
    if (isSame(before, root)) return undefined;
    const sinceMs = root.startedAt - before.at;
    // Who spared it for long is still the one that came back.
    return sinceMs >= -SLACK_MS && sinceMs < RETURN_MS ? before : undefined;
  }
}

/** Unknown is no other. */
function isSame({ pid, startToken }: Ended, root: Process): boolean {
  return pid === root.pid &&
    (startToken === undefined || root.startToken === undefined || startToken === root.startToken);
}

/** What it runs and where. A hash: what it is called is hostile and may be long. */
function signature({ exe, argv, name, cwd, cgroup, ppid }: Process): string {
  return Bun.hash(JSON.stringify([exe, argv ?? name, cwd, cgroup, ppid])).toString(36);
}
