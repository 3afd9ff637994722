/**
 * What the library is asked for.
 *
 * @module
 */
import type { ChildProcess } from "../../plugins/backends/_spawn/gated.ts";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Awaitable, Backend, Containment, Outcome, Policy, RegistryStore, Scope } from "../contract.ts";
import type { Explanation } from "../explain.ts";
import type { Report } from "../report.ts";
import type { Tracked } from "./tracked.ts";

/** What to look at, and under which policy. */
export interface ScanOptions {
  /** What differs from {@linkcode defaultPolicy}. */
  readonly policy?: Partial<Policy>;
  /** A backend's name, when not the best one for this machine. */
  readonly backend?: string;
  /** `adopted` lists only what lost its parent: its cost does not grow with the machine. Before somebody is ended everybody is looked at. */
  readonly scope?: Scope;
  /** A recorded table to judge in place of this machine. */
  readonly snapshot?: { readonly name: string; readonly text: string };
}

/** How to end what was found. */
export interface ReapOptions extends ScanOptions {
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
  /** Called with the plan before anything is touched; false and nothing is. */
  readonly confirm?: (report: Report) => Promise<boolean>;
  /** Ends a grace period early and leaves running what still runs. */
  readonly signal?: AbortSignal;
}

/** How a host wants its processes to be looked after. */
export interface ReaperOptions {
  /** What the host is called in the registry. Default: its script's name. */
  readonly tool?: string;
  /** Where the registry is kept. Default: the person's own, which the program's commands see too. */
  readonly store?: RegistryStore;
  /** How to look at this machine: a backend, or one's name. Default: what sees most. */
  readonly backend?: string | Backend;
  /** What waiting goes by. */
  readonly clock?: Clock;
  /** What differs from {@linkcode defaultPolicy}; `{ only: ["registered"] }` leaves all but the registry alone. */
  readonly policy?: Partial<Policy>;
  /** Told what went wrong without stopping anything. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void;
}

/** The sessions that are active, or who tells them: asked after the registry was read, so none is missed that began meanwhile. */
export type ActiveSessions = Iterable<string> | (() => Awaitable<Iterable<string>>);

/** What one look, or one round, takes. */
export interface RoundOptions {
  /**
   * Of the processes that this host registered for other sessions than these, all are ended. Default: none is. A host is
   * one program with one `tool`: what another part of the same program registers under its own stays.
   */
  readonly activeSessions?: ActiveSessions;
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
  /** Called with the plan before anything is touched; false and nothing is. */
  readonly confirm?: (report: Report) => Promise<boolean>;
  /** Ends a grace period early and leaves running what still runs. */
  readonly signal?: AbortSignal;
}

/** What is known about a process that is registered. */
export interface Registration {
  /** The session it belongs to. */
  readonly session: string;
  /** The process itself, where the host started it: its exit is waited for by event, and takes it off the record. */
  readonly process?: ChildProcess;
  /** What it is, in a word. Default: its short name. */
  readonly kind?: string;
  /** Program and arguments. Default: as the system tells them. Stored without secrets. */
  readonly command?: readonly string[];
  /** Working directory. Default: as the system tells it. */
  readonly cwd?: string;
  /** `detached`: it is meant to outlive the host. Default: `contained`. */
  readonly containment?: Containment;
}

/** What is to be started: the Claude Agent SDK's `SpawnOptions`. */
export interface SpawnRequest {
  /** Program. */
  readonly command: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Working directory. */
  readonly cwd?: string | undefined;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends it when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What was started: more than the Claude Agent SDK's `SpawnedProcess` asks for. */
export interface SpawnedChild extends ChildProcess {
  /** What it reads. */
  stdin: Writable;
  /** What it writes. */
  stdout: Readable;
}

/** How a session's programs are started. */
export interface SpawnForOptions {
  /** Where its errors go: to the host's own (default), to nobody, or as text to a function, in the pieces in which they come. */
  readonly stderr?: "inherit" | "ignore" | ((text: string) => void);
  /** What the programs are, in a word. Default: the program's name. */
  readonly kind?: string;
}

/** How rounds are gone. */
export interface RoundsOptions {
  /** Milliseconds between two rounds; the first comes after as many. Default: 5 minutes. */
  readonly every?: number;
  /** Stops the rounds. */
  readonly signal?: AbortSignal;
  /** Told of each round's report. */
  readonly onRound?: (report: Report) => void;
}

/** What became of a process whose end was waited for. */
export interface Exit {
  /** The process. */
  readonly pid: number;
  /** `gone`: it ended by itself in time; `killed`: by force; anything else: it is still there, and on record. */
  readonly outcome: Outcome;
  /** One clause for people. */
  readonly because: string;
}

/** Looks after what one host starts. Every member may be taken out and called by itself. */
export interface Reaper {
  /** Finds what nobody is responsible for, on record or not. Touches nothing. */
  scan(options?: Pick<RoundOptions, "activeSessions">): Promise<Report>;
  /** Finds what {@linkcode Reaper.scan} finds, and ends it; takes off the record what has ended. */
  reap(options?: RoundOptions): Promise<Report>;
  /** Why a process is judged as it is; undefined when there is none with this pid. */
  explain(pid: number): Promise<Explanation | undefined>;
  /**
   * Puts a process on record. Fulfilled when that is kept.
   *
   * @throws {Error} In one line: there is no such process, or the record cannot be written.
   */
  register(pid: number, registration: Registration): Promise<Tracked>;
  /** Takes a process off the record; it goes on as it is. Whether it was there. */
  unregister(pid: number): Promise<boolean>;
  /** What this host has registered for a session and that has not ended. Warns when it is more than one. */
  sessionProcesses(session: string): readonly Tracked[];
  /** All that this host has registered and that has not ended, with their ages. */
  activeProcesses(): readonly { readonly pid: number; readonly session: string; readonly ageMs: number }[];
  /**
   * Waits for a process to end by itself; after `timeoutMs` (5 s; `Infinity` waits for ever) ends it by force with all below
   * it, and makes sure.
   */
  ensureExit(process: Tracked | number, timeoutMs?: number): Promise<Exit>;
  /**
   * Starts programs for a session, each on record before it begins and off it when it ends: what the Claude Agent SDK
   * takes as `spawnClaudeCodeProcess`.
   */
  spawnFor(session: string, options?: SpawnForOptions): (request: SpawnRequest) => SpawnedChild;
  /**
   * Reaps every few minutes. A round that fails is warned about and stops nothing; what it waits for keeps no program
   * alive.
   *
   * @returns What stops the rounds, and ends the one under way early.
   */
  startReaper(activeSessions: ActiveSessions, options?: RoundsOptions): () => void;
  /** Stops the rounds and gives back what it holds open. What is registered stays on record; what ends after this comes off with the next `reap`. */
  close(): void;
}
