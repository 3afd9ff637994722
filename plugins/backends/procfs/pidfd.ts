/**
 * Process file descriptors (pidfd_open(2), pidfd_send_signal(2), Linux 5.3): a descriptor means one
 * process for ever, whatever becomes of its number.
 *
 * @module
 */
import { closeSync, fstatSync } from "node:fs";
import { pid as ownPid } from "node:process";

/** Numbers that are the same on every architecture Bun runs on (asm-generic/unistd.h). */
const SYS_pidfd_send_signal = 424;
const SYS_pidfd_open = 434;

const POLLIN = 0x001;
const POLLHUP = 0x010;
/** `f_type` of the file system that gives each process an inode of its own (Linux 6.9). */
const PID_FS_MAGIC = 0x50494446;

/** A name for the errors that mean something here; the number for any other. */
const ERRORS: Readonly<Record<number, string>> = {
  1: "EPERM",
  3: "ESRCH",
  12: "ENOMEM",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  38: "ENOSYS",
};

/** The kernel's calls on process file descriptors. Errors come back as names, never as exceptions. */
export interface Pidfds {
  /** The descriptor, or the error's name. */
  open(pid: number): number | string;
  /** Undefined when sent. */
  send(fd: number, signal: number): string | undefined;
  /** The process is a zombie without other threads, or collected. */
  ended(fd: number): boolean;
  /** What no other process of this boot has; undefined before Linux 6.9, where all descriptors share one inode. */
  instance(fd: number): string | undefined;
  close(fd: number): void;
}

let opened: { readonly calls: Pidfds | undefined } | undefined;

/** The calls, or undefined where the kernel or a seccomp filter has none. Asked once. */
export function pidfds(): Pidfds | undefined {
  opened ??= { calls: works(load()) };
  return opened.calls;
}

function works(calls: Pidfds | undefined): Pidfds | undefined {
  const self = calls?.open(ownPid);
  if (calls === undefined || typeof self !== "number") return undefined;
  try {
    return calls.send(self, 0) === undefined && !calls.ended(self) ? calls : undefined;
  } finally {
    calls.close(self);
  }
}

function load(): Pidfds | undefined {
  let libc: ReturnType<typeof open>;
  try {
    libc = open();
  } catch {
    return undefined;
  }
  const { syscall, poll, fstatfs, __errno_location: errno } = libc.symbols;
  const { read } = libc;
  const polled = new Int32Array(2);
  const words = new BigInt64Array(32);

  /** Read right after the call; nothing between the two allocates. */
  const error = (): string => {
    const at = errno();
    const number = at === null ? 0 : read.i32(at, 0);
    return ERRORS[number] ?? `errno ${number}`;
  };

  return {
    open(pid) {
      const fd = syscall(SYS_pidfd_open, pid, 0, 0, 0);
      return fd < 0 ? error() : fd;
    },
    send(fd, signal) {
      return syscall(SYS_pidfd_send_signal, fd, signal, 0, 0) === 0 ? undefined : error();
    },
    ended(fd) {
      polled[0] = fd;
      polled[1] = POLLIN;
      if (poll(polled, 1, 0) <= 0) return false;
      return (((polled[1] as number) >>> 16) & (POLLIN | POLLHUP)) !== 0;
    },
    instance(fd) {
      if (fstatfs(fd, words) !== 0 || Number(words[0]) !== PID_FS_MAGIC) return undefined;
      return fstatSync(fd, { bigint: true }).ino.toString();
    },
    close(fd) {
      closeSync(fd);
    },
  };
}

/**
 * musl answers to glibc's name too: it takes every `libc.*` for itself (ldso/dynlink.c).
 * `syscall` (cut to 32 bits, which these answers fit) because musl has no wrappers for these calls, and glibc only since 2.36.
 */
function open() {
  // Loaded here: a sweep that finds nothing never pays for it, and Deno can import this file.
  const { dlopen, read } = require("bun:ffi") as typeof import("bun:ffi");
  const { symbols } = dlopen("libc.so.6", {
    syscall: { args: ["i64", "i64", "i64", "i64", "i64"], returns: "i32" },
    poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
    fstatfs: { args: ["i32", "ptr"], returns: "i32" },
    __errno_location: { args: [], returns: "ptr" },
  });
  return { symbols, read };
}
