/**
 * flock(2): a lock belongs to the open file, so whoever inherits the descriptor holds it too, and the
 * kernel gives it back when the last of them is gone, kill -9 included.
 *
 * @module
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  writeSync,
} from "node:fs";
import type { FileFacts, LockFile, LockMode, LockOpening, Locks, LockWatch } from "../../../src/contract.ts";
import { type Posix, posix, systemError } from "./libc.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
const FLAGS: Readonly<Record<LockOpening, number>> = {
  make: O_RDWR | O_CREAT,
  "make anew": O_RDWR | O_CREAT | O_EXCL,
  "as it is": O_RDWR,
  look: O_RDONLY,
};

/** flock(2), the same on Linux and macOS. */
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;

const SIGALRM = 14;
const ITIMER_REAL = 0;
/** Again and again: the first may come before the call has begun to wait. */
const AGAIN_MICROSECONDS = 50_000n;

const NOTE_BYTES = 16 * 1024;
const MOST_INTERRUPTED = 100;

/** Locks of a POSIX system; what wakes who waits for any of several is the platform's own. */
export function posixLocks(own: Pick<Locks, "watch" | "isStopped">): Locks {
  return {
    ...own,
    open(path, opening) {
      // O_NONBLOCK: nobody makes us wait for the other end of a pipe that was put there.
      return new PosixLockFile(openSync(path, FLAGS[opening] | O_NOFOLLOW | O_NONBLOCK, 0o600));
    },
    adopt: (fd) => new PosixLockFile(fd),
    facts(path) {
      const found = lstatSync(path, { throwIfNoEntry: false });
      return found === undefined ? undefined : factsOf(found);
    },
  };
}

const LOOK_AGAIN_MS = 100;

/** A process that ends is noticed a little later. */
const LOOK_AGAIN_AT_LIFE_MS = 1_000;

/**
 * Where nothing of the system wakes who waits for any of several locks: the head of a queue, and only it,
 * looks again.
 */
export function lookAgain(life?: number): LockWatch {
  return {
    wait(forMs) {
      Bun.sleepSync(Math.min(forMs, life === undefined ? LOOK_AGAIN_MS : LOOK_AGAIN_AT_LIFE_MS));
      return life !== undefined && posix().kill(life, 0) !== 0 && posix().errno() === "ESRCH";
    },
    close() {},
  };
}

function factsOf(stats: Stats): FileFacts {
  return {
    identity: `${stats.dev}:${stats.ino}`,
    isFile: stats.isFile(),
    uid: stats.uid,
    mode: stats.mode & 0o7777,
    links: stats.nlink,
    modifiedAt: stats.mtimeMs,
    bytes: stats.size,
  };
}

class PosixLockFile implements LockFile {
  #fd: number | undefined;

  constructor(fd: number) {
    this.#fd = fd;
  }

  get fd(): number {
    if (this.#fd === undefined) throw systemError("EBADF", "flock");
    return this.#fd;
  }

  facts(): FileFacts {
    return factsOf(fstatSync(this.fd));
  }

  tryLock(mode: LockMode): boolean {
    const calls = posix();
    for (let interrupted = 0;;) {
      if (calls.flock(this.fd, operation(mode) | LOCK_NB) === 0) return true;
      const error = calls.errno();
      if (error === "EWOULDBLOCK") return false;
      // It waits for nobody, so nothing interrupts it for long.
      if (error !== "EINTR" || ++interrupted === MOST_INTERRUPTED) throw systemError(error, "flock");
    }
  }

  lock(mode: LockMode, forMs: number): boolean {
    if (this.tryLock(mode)) return true;
    if (forMs <= 0) return false;
    const calls = posix();
    const until = performance.now() + forMs;
    const alarm = forMs === Infinity ? undefined : setAlarm(calls, forMs);
    try {
      for (;;) {
        if (calls.flock(this.fd, operation(mode)) === 0) return true;
        const error = calls.errno();
        if (error !== "EINTR") throw systemError(error, "flock");
        if (performance.now() >= until) return this.tryLock(mode);
      }
    } finally {
      alarm?.stop();
    }
  }

  unlock(): void {
    posix().flock(this.fd, LOCK_UN);
  }

  read(): string {
    const bytes = new Uint8Array(NOTE_BYTES);
    return Buffer.from(bytes.buffer, 0, readSync(this.fd, bytes, 0, NOTE_BYTES, 0)).toString();
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    // Written over and then cut: who reads in between finds no moment without a first line.
    for (let at = 0; at < bytes.length;) at += writeSync(this.fd, bytes, at, bytes.length - at, at);
    ftruncateSync(this.fd, bytes.length);
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    // Closed twice, the number may by then be somebody else's descriptor.
    if (fd !== undefined) closeSync(fd);
  }
}

function operation(mode: LockMode): number {
  return mode === "alone" ? LOCK_EX : LOCK_SH;
}

/**
 * flock has no time limit: a signal with a handler interrupts it (EINTR), and no thread is needed. The
 * handler is the library's `abs`: it takes an int and does nothing with it. Only our own thread waits
 * here, so no JavaScript runs meanwhile and nothing else of ours is interrupted.
 */
function setAlarm(calls: Posix, afterMs: number): { stop(): void } {
  const before = calls.signal(SIGALRM, calls.addressOf("abs"));
  calls.siginterrupt(SIGALRM, 1);
  const set = (microseconds: bigint, again: bigint): void => {
    // struct itimerval: interval, then value, each seconds and microseconds.
    const value = new BigInt64Array([0n, again, microseconds / 1_000_000n, microseconds % 1_000_000n]);
    calls.setitimer(ITIMER_REAL, new Uint8Array(value.buffer), null);
  };
  set(BigInt(Math.max(1, Math.ceil(afterMs * 1_000))), AGAIN_MICROSECONDS);
  return {
    stop() {
      set(0n, 0n);
      calls.signal(SIGALRM, before);
    },
  };
}
