/**
 * One process as a snapshot knows it. Field names are those of the snapshot format
 * (docs/snapshot-format.md), so a table in memory and a table in a file are the same thing.
 *
 * Three states for every optional field: a value; `null` where the format says so, "known to be
 * none"; `undefined`, "could not be known here". Unknown is never proof of anything.
 *
 * @module
 */

/** What a file descriptor of a process leads to. */
export type StdioKind = "pipe" | "socket" | "tty" | "file" | "null" | "other";

/** One of the three standard streams. */
export interface Stdio {
  /** Standard input, output or error. */
  readonly fd: 0 | 1 | 2;
  /** What it leads to. */
  readonly kind: StdioKind;
  /** `gone`: nothing holds the other end any more. Undefined: cannot be told, or does not apply. */
  readonly peer?: "live" | "gone";
  /** Where it leads, without any ` (deleted)`. */
  readonly path?: string;
  /** The file it leads to has been unlinked. */
  readonly deleted?: boolean;
  /** Who holds the other end, as far as that could be seen. */
  readonly holders?: readonly number[];
  /** Somebody whose descriptors could not be read may hold it too. */
  readonly unseen?: boolean;
}

/** A process in a snapshot. */
export interface Process {
  /** Its number, until it is given away again. */
  readonly pid: number;
  /** On Windows the recorded creator: it may name a dead or a recycled process. */
  readonly ppid: number;
  /** Short name as the kernel has it (Linux: 15 bytes). A hint, never an identity. */
  readonly name?: string;
  /** `null` for a kernel thread or a zombie. */
  readonly argv?: readonly string[] | null;
  /** Resolved executable, without any ` (deleted)`. */
  readonly exe?: string | null;
  /** The executable has been unlinked, as an update does. */
  readonly exeDeleted?: boolean;
  /** Owner: a number, or a user name on Windows. */
  readonly uid?: number | string;
  /** Start, epoch milliseconds. For ages and for people; identity is `startToken`. */
  readonly startedAt?: number;
  /** Exact start in the platform's own unit; with pid and boot id it names one process for ever. */
  readonly startToken?: string;
  /** One letter as `ps` prints it: R S D T Z I … */
  readonly state?: string;
  /** Process group. */
  readonly pgid?: number;
  /** Session. */
  readonly sid?: number;
  /** Foreground process group of the controlling terminal; -1: none. */
  readonly tpgid?: number;
  /** Controlling terminal; `null`: none. */
  readonly tty?: string | null;
  /** Resident memory in bytes. */
  readonly rss?: number;
  /** Processor time used, by itself alone. */
  readonly cpuSeconds?: number;
  /** Working directory, without any ` (deleted)`. */
  readonly cwd?: string;
  /** The working directory has been removed. */
  readonly cwdDeleted?: boolean;
  /** Only the variables that some matcher or guard names. Never all of them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Linux: path in the unified (or the systemd) hierarchy. */
  readonly cgroup?: string;
  /** Linux: `"self"` when it is the viewer's, else the namespace's id. */
  readonly pidNamespace?: string;
  /** SIGHUP is ignored, as `nohup` leaves it. */
  readonly ignoresHangup?: boolean;
  /** Linux: who traces it (gdb, strace); `null`: nobody. */
  readonly tracer?: number | null;
  /** The standard streams that could be seen. */
  readonly stdio?: readonly Stdio[];
  /** Windows: whether its console has a window of its own that is shown. */
  readonly consoleShown?: boolean;
  /** Service manager's name for it; `null`: known to have none. */
  readonly supervisor?: string | null;
  /** Ports or socket paths it listens on. */
  readonly listening?: readonly (number | string)[];
  /** Pids connected to what it listens on. */
  readonly clients?: readonly number[];
  /** Linux: which it has open of the devices through which others are served (mounts, networks, machines, keyboards). */
  readonly devices?: readonly string[];
  /** Linux: the socket of the display server, X11's or a Wayland one, that it is connected to; `null`: none. */
  readonly display?: string | null;
  /** Number of living threads. */
  readonly threads?: number;
  /** Its pids in nested namespaces, outermost first. */
  readonly nsPids?: readonly number[];
  /** Why a detail is missing: the field's name to the system's answer (`exe` to `EACCES`). */
  readonly unread?: Readonly<Record<string, string>>;
}

/** A process being read: only backends write, and only before the snapshot is handed on. */
export type Draft = { -readonly [K in keyof Process]: Process[K] };

/** What names one process for its whole life: pid and exact start, within one boot. */
export interface Identity {
  readonly pid: number;
  readonly startToken: string;
}

/**
 * Whether two looks saw the same process. Three-valued: `unknown` when either look did not learn
 * the start, and then nobody may act as if it were the same one.
 *
 * Linux counts starts in 10 ms ticks: where pids recur inside one tick, equal tokens are no
 * identity. That is why a hold also compares what only one process can have (see procfs/hold.ts).
 */
export function sameProcess(a: Process, b: Process): "same" | "different" | "unknown" {
  if (a.pid !== b.pid) return "different";
  if (a.startToken === undefined || b.startToken === undefined) return "unknown";
  return a.startToken === b.startToken ? "same" : "different";
}

/**
 * A zombie that only waits to be collected. `Z` with living threads is a process whose main thread
 * ended and whose others work on: it is alive (pthread_exit(3) in main). Where the number of
 * threads is unknown the process counts as alive.
 */
export function isZombie(process: Process): boolean {
  return process.state === "Z" && process.threads !== undefined && process.threads <= 1;
}

/**
 * Whether it ended between the look and the reading of its details: its environment is asked for, and the system answers
 * that there is nobody (any more) with its pid and start. It is in nobody's way.
 */
export function hasVanished({ unread, state }: Process): boolean {
  const answer = unread?.["env"];
  if (answer !== "ENOENT" && answer !== "ESRCH") return false;
  // Below a main thread that has ended others may live, of which the same is said.
  return state !== "Z";
}

/** Whether nothing goes on in it: what could not be read of it is not unknown. */
export function hasEnded(process: Process): boolean {
  return isZombie(process) || hasVanished(process);
}

/**
 * Whether a signal would reach anybody. One that is `Z` is left alone in any case: a zombie hears
 * nothing, and of living threads below a dead leader nothing can be read.
 */
export function canBeSignalled(process: Process): boolean {
  return process.state !== "Z";
}

/** Whether two owners are one. Windows does not tell user names apart by case. */
export function sameOwner(one: number | string, other: number | string): boolean {
  if (typeof one === "string" && typeof other === "string") return one.toLowerCase() === other.toLowerCase();
  return one === other;
}

/** Whether two command lines are one. */
export function sameArguments(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((argument, at) => argument === other[at]);
}

/** The order in which processes are named, whatever order they were listed in. */
export function byPid(one: Process, other: Process): number {
  return one.pid - other.pid;
}

/** Of those that are meant the one with the lowest number: the same is named, whatever order they were listed in. */
export function firstByPid(processes: readonly Process[], isMeant: (process: Process) => boolean): Process | undefined {
  let first: Process | undefined;
  for (const one of processes) if ((first === undefined || one.pid < first.pid) && isMeant(one)) first = one;
  return first;
}

/** The last component of a path of either kind of system. */
export function baseName(path: string): string {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return path.slice(cut + 1);
}
