/**
 * What a person did not get, in one line: it names the value and the remedy, and no stack follows.
 *
 * @module
 */

/** How the program ends (docs/exit-codes.md). */
export const EXIT = {
  fine: 0,
  somethingIsLeft: 1,
  usage: 2,
  cannotWorkHere: 3,
  /** A command was to be run for which no slot came free in time. EX_TEMPFAIL of sysexits(3): later it may. */
  noSlot: 75,
  /** The command took longer than it was allowed to, as timeout(1) says it. */
  timedOut: 124,
  /** The command could not be run as it was to be, as timeout(1) and env(1) say it. */
  notContained: 125,
  /** The command that was to be run is there and cannot be run, as shells say it. */
  notExecutable: 126,
  /** The command that was to be run is not there, as shells say it. */
  notFound: 127,
  /** A mistake of ours: none of the others says anything true. EX_SOFTWARE of sysexits(3). */
  bug: 70,
  /** 128 + SIGINT, as shells say it. */
  interrupted: 130,
} as const;

/** One of the codes that the program ends with. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An expected failure. Its message is shown as it is, so whoever makes one has made hostile parts visible. */
export class Complaint extends Error {
  override readonly name: string = "Complaint";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What the system's error codes mean, for people. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "no such file",
  ENOTDIR: "no such directory",
  EISDIR: "it is a directory",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EFBIG: "the file would become too large",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
  EIO: "an input or output error",
  ENOMEM: "no memory left",
  EAGAIN: "there is none left at the moment",
  EBADF: "it is closed",
  ENOLCK: "nothing can be locked there",
};

/** Of these the place is to blame, and not what somebody called it. */
const NO_ROOM: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EFBIG", "EIO"]);

/** How the program ends that could not write where it was told to. */
export function exitOfWriting(error: unknown): ExitCode {
  return NO_ROOM.has((error as { code?: unknown }).code) ? EXIT.cannotWorkHere : EXIT.usage;
}

/** A system error in words: `permission denied (EACCES)`. */
export function meaningOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code !== "string") return typeof message === "string" ? message : "unknown reason";
  const meaning = MEANINGS[code];
  return meaning === undefined ? code : `${meaning} (${code})`;
}
