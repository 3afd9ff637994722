/**
 * Locks of Linux. inotify(7) tells of a descriptor that was open for writing and is closed, and a
 * descriptor is closed whatever its process dies of: a lock that a kill -9 gave back wakes us too.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import type { Commands, Locks, LockWatch } from "../../../src/contract.ts";
import { posixCommands } from "../_posix/commands.ts";
import { lookAgain, posixLocks } from "../_posix/locks.ts";
import { posix } from "../_posix/libc.ts";
import { functionsOf } from "../_foreign/functions.ts";
import { libc } from "./libc.ts";
import { pidfds } from "./pidfd.ts";

const IN_NONBLOCK = 0o4000;
const IN_CLOEXEC = 0o2000000;
const IN_CLOSE_WRITE = 0x008;
const IN_MOVED_FROM = 0x040;
const IN_DELETE = 0x200;
const IN_DELETE_SELF = 0x400;
const IN_MOVE_SELF = 0x800;
const EVENTS = IN_CLOSE_WRITE + IN_MOVED_FROM + IN_DELETE + IN_DELETE_SELF + IN_MOVE_SELF;

const POLLIN = 1;
/** poll(2) takes an int. */
const LONGEST_POLL_MS = 0x7fff_ffff;
/** wd, mask, cookie, length of the name (struct inotify_event). */
const HEAD_BYTES = 16;
const BUFFER_BYTES = 16 * 1024;

/** Locks of this machine. */
export function linuxLocks(): Locks {
  return posixLocks({ watch, isStopped });
}

/** Commands of this machine. */
export function linuxCommands(): Commands {
  return posixCommands(isStopped);
}

/** A stopped process has state T, or t when a debugger has it (proc_pid_stat(5)). */
function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const state = stat[stat.lastIndexOf(")") + 2];
    return state === "T" || state === "t";
  } catch {
    return false;
  }
}

/** Where there is no instance left (128 a user by default) the head of the queue looks again a little later. */
function watch(directory: string, names: RegExp, life?: number): LockWatch {
  const calls = inotify();
  const pidfd = life === undefined ? undefined : pidfds()?.open(life);
  const lifeline = typeof pidfd === "number" ? pidfd : -1;
  const fd = calls.inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  const watched = fd >= 0 && calls.inotify_add_watch(fd, Buffer.from(`${directory}\0`), EVENTS) >= 0;
  const buffer = new Uint8Array(new ArrayBuffer(BUFFER_BYTES));
  const polled = new Uint8Array(new ArrayBuffer(16));
  const view = new DataView(polled.buffer);
  const { address, poll, read } = libc();

  /** Whether what has happened concerns us. The queue is emptied. */
  const isOurs = (): boolean => {
    let ours = false;
    for (
      let bytes = read(fd, address(buffer), BUFFER_BYTES);
      bytes > 0;
      bytes = read(fd, address(buffer), BUFFER_BYTES)
    ) {
      const events = new DataView(buffer.buffer, 0, bytes);
      for (let at = 0; at + HEAD_BYTES <= bytes;) {
        const length = events.getUint32(at + 12, true);
        const name = Buffer.from(buffer.buffer, at + HEAD_BYTES, length).toString("latin1").replace(/\0.*$/s, "");
        // Without a name it is about the directory itself, or the queue ran over.
        if (name === "" || names.test(name)) ours = true;
        at += HEAD_BYTES + length;
      }
    }
    return ours;
  };

  return {
    wait(forMs) {
      if (!watched || (life !== undefined && lifeline < 0)) return lookAgain(life).wait(forMs);
      const until = performance.now() + forMs;
      for (let left = forMs; left > 0; left = until - performance.now()) {
        view.setInt32(0, fd, true);
        view.setInt32(4, POLLIN, true);
        // A negative descriptor is passed over (poll(2)).
        view.setInt32(8, lifeline, true);
        view.setInt32(12, POLLIN, true);
        // A negative answer is a signal that was handled: the time that is left is reckoned anew.
        if (poll(address(polled), 2, Math.min(Math.ceil(left), LONGEST_POLL_MS)) <= 0) continue;
        if (isOurs() || view.getInt16(14, true) !== 0) return true;
      }
      return false;
    },
    close() {
      if (fd >= 0) posix().close(fd);
      if (lifeline >= 0) posix().close(lifeline);
    },
  };
}

interface Inotify {
  inotify_init1(flags: number): number;
  inotify_add_watch(fd: number, path: Uint8Array, mask: number): number;
}

let loaded: Inotify | undefined;

function inotify(): Inotify {
  if (loaded !== undefined) return loaded;
  return (loaded = functionsOf("libc.so.6", {
    inotify_init1: { args: ["i32"], returns: "i32" },
    inotify_add_watch: { args: ["i32", "ptr", "u32"], returns: "i32" },
  }) as unknown as Inotify);
}
