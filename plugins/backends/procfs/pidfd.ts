/**
 * Process file descriptors (pidfd_open(2), pidfd_send_signal(2), Linux 5.3): a descriptor means one
 * process for ever, whatever becomes of its number.
 *
 * @module
 */
import { functionsOf } from "../_foreign/functions.ts";
import { Files } from "./files.ts";
import { errorName, libc } from "./libc.ts";

/** Numbers that are the same on every architecture Bun runs on (asm-generic/unistd.h). */
const SYS_pidfd_send_signal = 424;
const SYS_pidfd_open = 434;

const POLLIN = 0x001;
const POLLHUP = 0x010;
/** `f_type` of the file system that gives each process an inode of its own (Linux 6.9). */
const PID_FS_MAGIC = 0x50494446;

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

/** The calls, or undefined where the kernel or a seccomp filter has none. Asked until that is known. */
export function pidfds(): Pidfds | undefined {
  if (opened !== undefined) return opened.calls;
  const calls = load();
  const answer = work(calls);
  if (answer !== "not now") opened = { calls: answer === "yes" ? calls : undefined };
  return opened?.calls;
}

/** What a machine answers that has no room for one more. */
const NO_ROOM: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

/** Whether they do what they are there for: tried on ourselves. */
export function work(calls: Pidfds | undefined): "yes" | "no" | "not now" {
  const self = calls?.open(process.pid);
  if (calls === undefined || self === undefined) return "no";
  if (typeof self === "string") return NO_ROOM.has(self) ? "not now" : "no";
  try {
    return calls.send(self, 0) === undefined && !calls.ended(self) ? "yes" : "no";
  } finally {
    calls.close(self);
  }
}

function load(): Pidfds | undefined {
  let calls: ReturnType<typeof bind>;
  try {
    calls = bind();
  } catch {
    return undefined;
  }
  const { syscall, fstatfs, libc } = calls;
  const polled = new Int32Array(2);
  const polledAt = libc.address(new Uint8Array(polled.buffer));
  const words = new BigInt64Array(32);
  const files = new Files(libc);

  return {
    open(pid) {
      const fd = syscall(SYS_pidfd_open, pid, 0, 0, 0);
      return fd < 0 ? errorName(libc.errno()) : fd;
    },
    send(fd, signal) {
      return syscall(SYS_pidfd_send_signal, fd, signal, 0, 0) === 0 ? undefined : errorName(libc.errno());
    },
    ended(fd) {
      polled[0] = fd;
      polled[1] = POLLIN;
      if (libc.poll(polledAt, 1, 0) <= 0) return false;
      return (((polled[1] as number) >>> 16) & (POLLIN | POLLHUP)) !== 0;
    },
    instance(fd) {
      if (fstatfs(fd, words) !== 0 || Number(words[0]) !== PID_FS_MAGIC) return undefined;
      return files.factsOf(fd)?.inode.toString();
    },
    close(fd) {
      libc.close(fd);
    },
  };
}

/**
 * `syscall` because musl has no wrappers for these calls, and glibc only since 2.36. Loaded apart
 * from the rest of libc: a look that ends nobody never pays for it.
 */
function bind() {
  const { syscall, fstatfs } = functionsOf("libc.so.6", {
    // The answers of these two calls fit into 32 bits.
    syscall: { args: ["i64", "i64", "i64", "i64", "i64"], returns: "i32" },
    fstatfs: { args: ["i32", "ptr"], returns: "i32" },
  });
  return { syscall, fstatfs, libc: libc() };
}
