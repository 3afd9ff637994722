/**
 * Locks that processes share through files: what a backend offers where its platform has them. The
 * kernel gives a lock back whatever its holder dies of.
 *
 * @module
 */

/** How a lock file is opened. */
export type LockOpening =
  /** It is made where it is missing. */
  | "make"
  /** It must not be there yet. */
  | "make anew"
  /** It must be there. */
  | "as it is"
  /** It must be there, and is only looked at: closing it again wakes nobody. */
  | "look";

/** Several may share a lock, or one has it alone. */
export type LockMode = "alone" | "shared";

/** What the system says of a file. */
export interface FileFacts {
  /** Which file it is, on this machine: two paths with the same lead to the same. */
  readonly identity: string;
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Its owner; undefined where the platform has no numbers for that (Windows). */
  readonly uid?: number;
  /** Its permissions; undefined where the platform has none such (Windows). */
  readonly mode?: number;
  /** Names that it has: none once it was removed. */
  readonly links: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** Its size. */
  readonly bytes: number;
}

/** Locks of one platform. What fails throws a system error with its `code`. */
export interface Locks {
  /** Opens a lock file, for its owner alone where it is made. A symlink is refused (ELOOP). */
  open(path: string, opening: LockOpening): LockFile;
  /** A lock file that was handed to us open. */
  adopt(fd: number): LockFile;
  /** What a path leads to, a symlink not followed; undefined when nothing is there. */
  facts(path: string): FileFacts | undefined;
  /**
   * Watches for files of a directory that are closed by a writer (also because it died) or removed, and
   * for the end of a process, where one is named.
   */
  watch(directory: string, names: RegExp, life?: number): LockWatch;
  /** Whether this process is stopped (Ctrl-Z) and so will not go on waiting. Where that cannot be told: false. */
  isStopped(pid: number): boolean;
}

/** An open lock file. */
export interface LockFile {
  /** The descriptor, for a command that is to hold the lock with us; undefined where locks cannot be shared so. */
  readonly fd: number | undefined;
  /** What the system says of the open file. */
  facts(): FileFacts;
  /** Takes the lock if nobody stands against it. */
  tryLock(mode: LockMode): boolean;
  /** Waits for the lock, this long at most. The kernel wakes us where it can. */
  lock(mode: LockMode, forMs: number): boolean;
  /** Gives the lock back, also where others have inherited the descriptor. */
  unlock(): void;
  /** The text in it, its first kilobytes. */
  read(): string;
  /** Puts this text in place of what is in it. */
  write(text: string): void;
  /** Closes it; the lock stays with those who inherited the descriptor. */
  close(): void;
}

/** Wakes who waits for a lock of a directory. */
export interface LockWatch {
  /** Waits until something happened there, this long at most; true when something did. */
  wait(forMs: number): boolean;
  /** Ends the watch. */
  close(): void;
}
