/**
 * What a host has registered: processes that it started, and the sessions they belong to. Who is
 * responsible for these is known and not guessed.
 *
 * @module
 */

/** Now, or when it is there: a host may keep its registry where it likes. */
export type Awaitable<T> = T | Promise<T>;

/** The numbers of one boot, as one pid namespace counts them. */
export interface Numbering {
  /** Names the boot; identities hold within one boot only. */
  readonly bootId: string;
  /** Linux: names the pid namespace whose numbers these are. */
  readonly pidNamespace?: string;
}

/** Who answers for something registered. */
export interface Originator {
  /** What it is called: `claude-code`, `my-host`. */
  readonly tool: string;
  /** Its pid. */
  readonly pid: number;
  /** Its exact start. Without it a pid that somebody has proves nothing. */
  readonly startToken?: string;
}

/**
 * Whether it ends with its originator. `contained`: whatever outlives the originator is an orphan.
 * `detached`: it is meant to outlive it.
 */
export type Containment = "contained" | "detached";

/** A registered process. */
export interface Entry extends Numbering {
  /** Its number. */
  readonly pid: number;
  /** Its exact start: with the pid, its identity. */
  readonly startToken: string;
  /** Its parent when it was registered. */
  readonly ppid?: number;
  /** What it is to its host, in a word: `claude`, `server`. */
  readonly kind: string;
  /** Program and arguments, without secrets. */
  readonly command?: readonly string[];
  /** Working directory. */
  readonly cwd?: string;
  /** Who answers for it. */
  readonly originator: Originator;
  /** The session it belongs to. */
  readonly session?: string;
  /** Whether it ends with its originator. */
  readonly containment: Containment;
  /** Epoch milliseconds. */
  readonly registeredAt: number;
}

/** One process, whatever becomes of its number. */
export type EntryKey = Pick<Entry, "pid" | "startToken" | "bootId" | "pidNamespace">;

/** A session that a host or an agent has begun. */
export interface Session extends Numbering {
  /** Its name. */
  readonly id: string;
  /** What it is, in a word: `claude`, `session`. */
  readonly kind: string;
  /** Working directory. */
  readonly cwd?: string;
  /** Who answers for it. */
  readonly originator: Originator;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * Where entries and sessions are kept. When a promise is fulfilled, or a call has returned, what was
 * said is kept.
 */
export interface RegistryStore {
  /** All entries, the oldest first. */
  entries(): Awaitable<readonly Entry[]>;
  /** Adds an entry; one of the same process takes its place. */
  register(entry: Entry): Awaitable<void>;
  /** Takes an entry away; whether it was there. */
  unregister(key: EntryKey): Awaitable<boolean>;
  /** All sessions, the oldest first. */
  sessions(): Awaitable<readonly Session[]>;
  /** Adds a session; one of the same name takes its place. */
  startSession(session: Session): Awaitable<void>;
  /** Takes this session away, and none that took its name since; its entries stay. Whether it was there. */
  endSession(session: Session): Awaitable<boolean>;
}

/** Only what names its process. */
export function keyFor({ pid, startToken, bootId, pidNamespace }: Entry): EntryKey {
  return { pid, startToken, bootId, ...(pidNamespace === undefined ? {} : { pidNamespace }) };
}

/** Names one process among all entries. */
export function keyOf({ pid, startToken, bootId, pidNamespace }: EntryKey): string {
  return [pid, startToken, bootId, pidNamespace ?? ""].join(" ");
}
