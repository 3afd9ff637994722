/**
 * What a backend is: the one kind of plugin that sees and touches machines.
 *
 * @module
 */
import type { Commands } from "./command.ts";
import type { Programs } from "./program.ts";
import type { Locks } from "./lock.ts";
import type { Draft, Process } from "../process.ts";
import type { Host, Leftover, Snapshot, Viewer } from "../snapshot.ts";

/**
 * Facts that a platform reads together. The table itself (pid, parent, name, start, state, group,
 * session, terminal, memory, time, threads) is always read; these are read only for whom somebody
 * needs them.
 *
 * | detail | fields |
 * |---|---|
 * | owner | uid |
 * | command | argv |
 * | executable | exe, exeDeleted |
 * | directory | cwd, cwdDeleted |
 * | environment | env (named variables only) |
 * | cgroup | cgroup |
 * | status | ignoresHangup, tracer, nsPids |
 * | namespace | pidNamespace |
 * | stdio | stdio (kinds and peers), consoleShown |
 * | holders | the holders of living peers, in stdio: a walk over the descriptors of all processes |
 * | otherNetworks | peers of sockets in networks of containers, in stdio: their descriptors are borrowed for it |
 * | supervisor | supervisor |
 * | sockets | listening, clients, devices, display |
 */
export type Detail =
  | "owner"
  | "command"
  | "executable"
  | "directory"
  | "environment"
  | "cgroup"
  | "status"
  | "namespace"
  | "stdio"
  | "holders"
  | "otherNetworks"
  | "supervisor"
  | "sockets";

/** Which processes to list. */
export type Scope = "all" | "adopted";

/** Something that cannot be seen here, and what would help. */
export interface Limit {
  /** What is not seen. */
  readonly what: string;
  /** Why. */
  readonly because: string;
  /** What would show it. */
  readonly remedy?: string;
}

/** Sees and touches machines of one kind. The only kind of plugin that may. */
export interface Backend {
  /** Its name, which is its file's. */
  readonly name: string;
  /** One line for `plugins`. */
  readonly summary: string;
  /** Where it can work at all. */
  readonly platforms: readonly Host["platform"][];
  /** Why it cannot work here, or undefined when it can. */
  unavailable(): string | undefined;
  /** Opens the machine that it runs on, or the one it is told of. */
  open(options: BackendOptions): Machine;
  /** Locks between processes. Absent: this backend has none. */
  locks?(): Locks;
  /** Starts a person's own commands. Absent: this backend cannot. */
  commands?(): Commands;
  /** Runs other programs to their end. Absent: this backend cannot. */
  programs?(): Programs;
  /** The person's desktop. Absent: programs reach it. */
  desktop?(): Desktop;
}

/** The desktop of whoever is in front of the machine. */
export interface Desktop {
  /** Shows a message and comes back at once. Undefined: it is shown; else why it cannot be, in a clause. */
  show(title: string, text: string): string | undefined;
}

/** Where a backend is told to look elsewhere than at the machine it runs on. */
export interface BackendOptions {
  /** replay: the snapshot file's text and the name to call it by. */
  readonly snapshot?: { readonly name: string; readonly text: string } | undefined;
  /** procfs: the mount to read. */
  readonly root?: string;
}

/**
 * One machine, opened. Every call answers at once and in full: between the reads of one look
 * nothing else of ours runs, so a look is as short as it can be.
 */
export interface Machine {
  /** Name of the backend that opened it. */
  readonly backend: string;
  /** The machine. */
  readonly host: Host;
  /** Whose eyes look. */
  readonly viewer: Viewer;
  /** Whether processes here can be ended; a replayed table cannot. */
  readonly live: boolean;
  /** replay: the snapshot as it was recorded. It is judged as it is, nothing is read again. */
  readonly recorded?: Snapshot;
  /** The viewer's own environment, for places that depend on it (TMPDIR, XDG_…). */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds at which `list` was taken (a replayed table: when it was captured). */
  now(): number;
  /** The table's base facts. `adopted`: children of adopters and all that is below them, no others. */
  list(scope: Scope): Draft[];
  /** Everything below these processes, for a table that holds only the adopted. Absent where `list` gives it all. */
  below?(pids: readonly number[]): Draft[];
  /**
   * Reads details into the drafts, each at most once. A process that is gone meanwhile loses
   * nothing: its fields stay undefined, with `unread` telling why.
   */
  read(drafts: readonly Draft[], details: ReadonlySet<Detail>, variables: ReadonlySet<string>): void;
  /**
   * Whether some process has this pid now, asked of the system and not of the table: a table that
   * leaves processes out proves no absence. Undefined: it cannot be told.
   */
  exists?(pid: number): boolean | undefined;
  /** The base facts of one process, read afresh without the rest of the table. Absent: `list` tells them. */
  identify?(pid: number): Draft | undefined;
  /** The text of a small regular file; undefined when it cannot be read. */
  file(path: string): string | undefined;
  /**
   * Whether something may stand at a path of which `file` told no text. Where our own user may not go, no program of that
   * user keeps anything; root may be kept out where its owner is not (NFS). Absent: it cannot be told.
   */
  conceals?(path: string): boolean;
  /** Whether it is certain that nothing stands at a path, not even a link. Absent: asking is no cheaper than reading. */
  lacks?(path: string): boolean;
  /**
   * The text of a small regular file as this process itself would find it, through its own root; `none`: there is no
   * such file. What else stands there, or on the way, is `unknown`. Absent: this backend cannot look through it.
   */
  fileInside?(process: Process, path: string): FileInside;
  /** Entries of these places, each once, with what is needed to judge them. A directory is walked once for all of them. */
  leftovers(places: readonly LeftoverPlace[]): readonly Leftover[];
  /** The same of one entry, read again; sizes are left out. Undefined: it is no such entry of these places any more. */
  leftover?(path: string, places: readonly LeftoverPlace[]): Leftover | undefined;
  /** Takes hold of a process for its life, or says why not. */
  hold(process: Process): Hold | Refusal;
  /** Whether the last `list` gave every process of this machine. Left out: it did if all were asked for. */
  complete?(): boolean;
  /** How the machine as a whole is doing. Absent: this backend cannot tell. */
  vitals?(): Vitals;
  /** How long it has been up. Absent: only the wall clock is known here. */
  uptime?(): Uptime;
  /** What cannot be seen here. Complete after `list`. */
  limits(): readonly Limit[];
  /** Gives back what it holds. */
  close(): void;
}

/** What was found of a file in a container. */
export type FileInside = "none" | "unknown" | {
  /** All that is in it. */
  readonly text: string;
};

/** How a machine is doing as a whole. What could not be read is left out, with `unread` telling why. */
export interface Vitals {
  /** Memory of the machine. */
  readonly memory?: { readonly totalBytes: number; readonly freeBytes: number; readonly availableBytes?: number };
  /** Swap space; a total of 0: there is none. */
  readonly swap?: { readonly totalBytes: number; readonly usedBytes: number };
  /** Linux: percent of the last ten seconds in which some, or all, work waited for memory. */
  readonly memoryPressure?: { readonly some10: number; readonly full10: number };
  /** The control group's own limit, where there is one nearer than the machine's: a container's memory. */
  readonly memoryLimit?: { readonly limitBytes: number; readonly usedBytes: number };
  /** The control group's limit on processor time, in processors. */
  readonly processorLimit?: number;
  /** Work that wants a processor, over 1, 5 and 15 minutes. */
  readonly load?: { readonly average: readonly [number, number, number]; readonly processors: number };
  /** Open files of the whole machine. */
  readonly descriptors?: { readonly used: number; readonly limit: number };
  /** Processes, or tasks where the system counts threads, against the nearest limit. */
  readonly tasks?: { readonly used: number; readonly limit: number; readonly limitedBy: string };
  /** What could not be read, and why. */
  readonly unread?: Readonly<Record<string, string>>;
}

/** Time since the machine started, which no setting of its clock changes. */
export interface Uptime {
  /** Milliseconds that it was awake. */
  readonly awakeMs: number;
  /** Milliseconds that it slept (suspended). */
  readonly asleepMs: number;
}

/** A small file of ours, locked by the kernel until it is let go of or we end, however we end. */
export interface KeptFile {
  /** What it held when it was opened; empty when it is new. */
  readonly text: string;
  /** When it had last been written to by then, in epoch milliseconds; undefined when it is new. */
  readonly writtenAt?: number;
  /** Writes from its start, in one piece. What lay behind stays. False: it could not be written. */
  write(text: string): boolean;
  /** Lets go of it. */
  release(): void;
}

/** Signals that we send. Windows knows only KILL. */
export type Signal = "TERM" | "CONT" | "STOP" | "KILL";

/** How a hold pins its process. */
export type Grip = "pidfd" | "process handle" | "start time, read again before each signal";

/** Since when a held process is to be the same: since it was judged, or since it was asked to end. */
export type Since = "judged" | "asked";

/** One process, pinned for its life. */
export interface Hold {
  /** The process that is held. */
  readonly pid: number;
  /** How it is pinned. */
  readonly grip: Grip;
  /** Which signals this platform can send. */
  readonly signals: readonly Signal[];
  /** Sends a signal to this process and to no other. */
  send(signal: Signal): "sent" | Refusal;
  /**
   * Why it is not any more what was judged, read now; undefined: it is. Parents, titles and sessions change when somebody is
   * asked to end: after that they tell nothing. Absent: none of it changes on this system.
   */
  changed?(since: Since): Refusal | undefined;
  /** Whether it still lives; a zombie does not. Unknown is alive. */
  alive(): boolean;
  /** Lets go of it. */
  release(): void;
}

/** Why a process was not touched. */
export interface Refusal {
  /** What stood against it. */
  readonly refused: "gone" | "replaced" | "denied" | "unknown";
  /** One clause for people: the system's answer. */
  readonly because: string;
}

/** A directory whose entries may be leftovers. */
export interface LeftoverPlace {
  /** The directory, absolute. */
  readonly base: string;
  /** Leftovers lie one level deeper, in directories of such names. */
  readonly in?: RegExp;
  /** Matches the entry's name. */
  readonly entry: RegExp;
  /** What such an entry must be. */
  readonly kind: Leftover["kind"];
  /** What is read of an entry beside owner, mode, times, size and where a link leads. */
  readonly reads?: readonly LeftoverDetail[];
  /** Variables of the viewer that the place was built from, for `explain`. */
  readonly from?: string;
}

/**
 * What is read of a leftover only where it is asked for.
 *
 * - `names`: what lies directly in it.
 * - `lock`: whether its lock (flock(2)) is held; a directory's is the `.lock` in it.
 * - `port`: whether somebody listens on the TCP port whose number its name begins with.
 * - `text`: its text, or that of a file directly in it; with `fields`, of a JSON object only those.
 */
export type LeftoverDetail = "names" | "lock" | "port" | {
  readonly text: "itself" | { readonly file: string };
  readonly fields?: readonly string[];
};
