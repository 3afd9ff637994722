/**
 * The few calls of libc that reading a machine takes, loaded when a machine is opened and never at
 * import: Deno and other platforms import this file too.
 *
 * @module
 */
import { foreign, functionsOf, type TextAt, textReader } from "../_foreign/functions.ts";

/** Calls with plain numbers: descriptors, addresses, flags. Negative results carry no error; ask `errno`. */
export interface Libc {
  openat(directory: number, path: number, flags: number, mode: number): number;
  read(fd: number, into: number, length: number): number;
  write(fd: number, from: number, length: number): number;
  close(fd: number): number;
  readlinkat(directory: number, path: number, into: number, length: number): number;
  poll(fds: number, count: number, timeoutMs: number): number;
  socket(family: number, type: number, protocol: number): number;
  flock(fd: number, operation: number): number;
  clock_gettime(clock: number, into: number): number;
  sysconf(name: number): number;
  getdents64(fd: number, into: number, length: number): number;
  statx(directory: number, path: number, flags: number, mask: number, into: number): number;
  localtime_r(time: number, into: number): unknown;
  /** The error of the last call. Read it at once: any call in between may set it anew. */
  errno(): number;
  /** The address of a buffer; it stays where it is as long as it is referenced. */
  address(bytes: Uint8Array): number;
  /** Text in a room that the caller holds. */
  readonly text: TextAt;
}

/**
 * Bytes that calls write into, and where they lie, held together: an address alone keeps nothing alive, and what has only
 * its address taken is free for the collector at once.
 */
export interface Room {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly at: number;
}

/** Room for so many bytes. On a buffer of its own: a small array without one moves when it is given one. */
export function roomFor(libc: Libc, length: number): Room {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  return { bytes, at: libc.address(bytes) };
}

/** By number: glibc has wrappers since 2.30 and 2.28, musl under another name and since 1.2.5. */
const NUMBERS: Readonly<Record<string, { readonly getdents64: number; readonly statx: number }>> = {
  x64: { getdents64: 217, statx: 332 },
  arm64: { getdents64: 61, statx: 291 },
};

/** musl answers to glibc's name too (ldso/dynlink.c takes `libc.*` for itself); its own names are for certainty. */
const NAMES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1", "libc.so"] as const;

let loaded: Libc | undefined;

/**
 * libc, loaded once.
 *
 * @throws {Error} When no libc can be loaded.
 */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  let reason: unknown;
  for (const name of NAMES) {
    try {
      return bind(name);
    } catch (error) {
      reason ??= error;
    }
  }
  throw new Error(`no C library could be loaded: ${reason instanceof Error ? reason.message : String(reason)}`);
}

function bind(name: string): Libc {
  const { ptr, read } = foreign();
  // 32-bit results wherever a length fits: a 64-bit one may come as a BigInt, which costs.
  const symbols = functionsOf(name, {
    openat: { args: ["i32", "ptr", "i32", "i32"], returns: "i32" },
    read: { args: ["i32", "ptr", "u32"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
    clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
    sysconf: { args: ["i32"], returns: "i32" },
    syscall: { args: ["i32", "i32", "ptr", "u32", "u32", "ptr"], returns: "i32" },
    __errno_location: { args: [], returns: "ptr" },
  });
  const numbers = NUMBERS[process.arch];
  if (numbers === undefined) throw new Error(`the architecture ${process.arch} is not known`);
  const errnoAt = symbols.__errno_location();
  if (errnoAt === null) throw new Error("errno has no address");
  let found: Seldom | undefined;
  const seldom = (): Seldom => found ??= bindSeldom(name);
  return {
    ...(symbols as unknown as Libc),
    write: (fd, from, length) => seldom().write(fd, from, length),
    readlinkat: (directory, path, into, length) => seldom().readlinkat(directory, path, into, length),
    poll: (fds, count, timeoutMs) => seldom().poll(fds, count, timeoutMs),
    socket: (family, type, protocol) => seldom().socket(family, type, protocol),
    flock: (fd, operation) => seldom().flock(fd, operation),
    localtime_r: (time, into) => seldom().localtime_r(time, into),
    getdents64: (fd, into, length) => symbols.syscall(numbers.getdents64, fd, into as never, length, 0, null),
    statx: (directory, path, flags, mask, into) =>
      symbols.syscall(numbers.statx, directory, path as never, flags, mask, into as never),
    errno: () => read.i32(errnoAt, 0),
    // As they are: a function around each takes as long as reading a process.
    address: ptr as unknown as Libc["address"],
    text: textReader(),
  };
}

type Seldom = Pick<Libc, "write" | "readlinkat" | "poll" | "socket" | "flock" | "localtime_r">;

/** What only some looks call. Naming a function takes half as long as reading a process. */
function bindSeldom(name: string): Seldom {
  return functionsOf(name, {
    write: { args: ["i32", "ptr", "u32"], returns: "i32" },
    readlinkat: { args: ["i32", "ptr", "ptr", "u32"], returns: "i32" },
    poll: { args: ["ptr", "u32", "i32"], returns: "i32" },
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    flock: { args: ["i32", "i32"], returns: "i32" },
    localtime_r: { args: ["ptr", "ptr"], returns: "ptr" },
  }) as unknown as Seldom;
}

const ENOENT = -2;
const ESRCH = -3;

/** Whether an error says that there is nobody, or nothing, of that name (any more). Any other leaves open what there is. */
export function isGone(error: number): boolean {
  return error === ENOENT || error === ESRCH;
}

/** EINTR, EIO, EAGAIN, ENOMEM, ENFILE, EMFILE. */
const FAILURES: ReadonlySet<number> = new Set([4, 5, 11, 12, 23, 24]);

/** Whether a machine that has run out of something, or is damaged, answers so: the next time it may tell. */
export function isFailure(error: number): boolean {
  return FAILURES.has(-error);
}

const ERRNO: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  16: "EBUSY",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  40: "ELOOP",
};

/** The name of an error, from its number or from a negative result of `Files`. */
export function errorName(number: number): string {
  return ERRNO[Math.abs(number)] ?? `errno ${Math.abs(number)}`;
}
