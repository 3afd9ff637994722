/**
 * The calls of libc that starting, watching and ending children takes. They are apart from those that
 * read a machine: whoever only looks never loads them.
 *
 * @module
 */

import { foreign, functionsOf } from "../../_foreign/functions.ts";

/** Calls with plain numbers. Negative results carry no error; ask `errno`. */
export interface Calls {
  prctl(option: number, a: number, b: number, c: number, d: number): number;
  signalfd(fd: number, set: Uint8Array, flags: number): number;
  sigprocmask(how: number, set: Uint8Array, old: Uint8Array | null): number;
  signal(number: number, handler: null): unknown;
  kill(pid: number, signal: number): number;
  /** A signal's default, also of those that libc has taken for its threads and does not give back. */
  resetSignal(number: number): void;
  waitid(which: number, pid: number, info: Uint8Array, options: number): number;
  poll(fds: Uint8Array, count: number, timeoutMs: number): number;
  read(fd: number, into: Uint8Array, length: number): number;
  write(fd: number, from: Uint8Array, length: number): number;
  close(fd: number): number;
  dup2(from: number, to: number): number;
  fcntl(fd: number, command: number, value: number): number;
  open(path: Uint8Array, flags: number): number;
  readlink(path: Uint8Array, into: Uint8Array, length: number): number;
  getdents64(fd: number, into: Uint8Array, length: number): number;
  access(path: Uint8Array, mode: number): number;
  socketpair(domain: number, type: number, protocol: number, fds: Uint8Array): number;
  getpid(): number;
  getppid(): number;
  getsid(pid: number): number;
  chdir(path: Uint8Array): number;
  execve(path: Uint8Array, argv: BigUint64Array, envp: BigUint64Array): number;
  posix_spawn(
    pid: Uint8Array,
    path: Uint8Array,
    actions: null,
    attributes: Uint8Array | null,
    argv: BigUint64Array,
    envp: BigUint64Array,
  ): number;
  posix_spawnattr_init(attributes: Uint8Array): number;
  posix_spawnattr_setflags(attributes: Uint8Array, flags: number): number;
  posix_spawnattr_setsigdefault(attributes: Uint8Array, set: Uint8Array): number;
  posix_spawnattr_setsigmask(attributes: Uint8Array, set: Uint8Array): number;
  _exit(status: number): void;
  /** The error of the last call. */
  errno(): number;
  /** The address of a buffer that does not move. */
  address(bytes: Uint8Array): bigint;
}

/** asm/unistd.h, asm-generic/unistd.h. By number: libc keeps some signals from sigaction, and older ones have no getdents64. */
const NUMBERS: Readonly<Record<string, { readonly rt_sigaction: number; readonly getdents64: number }>> = {
  x64: { rt_sigaction: 13, getdents64: 217 },
  arm64: { rt_sigaction: 134, getdents64: 61 },
};

let loaded: Calls | undefined;

/** The calls, loaded once. musl answers to glibc's name. */
export function calls(): Calls {
  return loaded ??= load();
}

function load(): Calls {
  const { ptr, read } = foreign();
  const symbols = functionsOf("libc.so.6", {
    prctl: { args: ["i32", "i64", "i64", "i64", "i64"], returns: "i32" },
    signalfd: { args: ["i32", "ptr", "i32"], returns: "i32" },
    sigprocmask: { args: ["i32", "ptr", "ptr"], returns: "i32" },
    signal: { args: ["i32", "ptr"], returns: "ptr" },
    kill: { args: ["i32", "i32"], returns: "i32" },
    waitid: { args: ["i32", "i32", "ptr", "i32"], returns: "i32" },
    poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
    read: { args: ["i32", "ptr", "u32"], returns: "i32" },
    write: { args: ["i32", "ptr", "u32"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
    dup2: { args: ["i32", "i32"], returns: "i32" },
    fcntl: { args: ["i32", "i32", "i64"], returns: "i32" },
    readlink: { args: ["ptr", "ptr", "u32"], returns: "i32" },
    open: { args: ["ptr", "i32"], returns: "i32" },
    access: { args: ["ptr", "i32"], returns: "i32" },
    socketpair: { args: ["i32", "i32", "i32", "ptr"], returns: "i32" },
    syscall: { args: ["i64", "i64", "ptr", "ptr", "i64"], returns: "i32" },
    getpid: { args: [], returns: "i32" },
    getppid: { args: [], returns: "i32" },
    getsid: { args: ["i32"], returns: "i32" },
    chdir: { args: ["ptr"], returns: "i32" },
    execve: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
    posix_spawn: { args: ["ptr", "ptr", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
    posix_spawnattr_init: { args: ["ptr"], returns: "i32" },
    posix_spawnattr_setflags: { args: ["ptr", "i32"], returns: "i32" },
    posix_spawnattr_setsigdefault: { args: ["ptr", "ptr"], returns: "i32" },
    posix_spawnattr_setsigmask: { args: ["ptr", "ptr"], returns: "i32" },
    _exit: { args: ["i32"], returns: "void" },
    __errno_location: { args: [], returns: "ptr" },
  });
  const errnoAt = symbols.__errno_location();
  if (errnoAt === null) throw new Error("errno has no address");
  const numbers = NUMBERS[process.arch];
  if (numbers === undefined) throw new Error(`the architecture ${process.arch} is not known`);
  return {
    ...(symbols as unknown as Calls),
    // All zero: SIG_DFL, no flags, an empty mask.
    resetSignal: (number) => void symbols.syscall(numbers.rt_sigaction, number, fixed(32), null, 8),
    getdents64: (fd, into, length) => symbols.syscall(numbers.getdents64, fd, into, length as never, 0),
    errno: () => read.i32(errnoAt, 0),
    address: (bytes) => BigInt(ptr(bytes)),
  };
}

/** Text as C takes it. */
export function text(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  const ended = fixed(bytes.length + 1);
  ended.set(bytes);
  return ended;
}

/** Bytes that stay where they are: small typed arrays live in the engine's heap until their buffer is touched. */
export function fixed(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(size));
}
