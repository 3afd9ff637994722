/**
 * A small file of ours under a lock of the kernel (flock(2)): whoever is ended with -9 lets go of it.
 *
 * @module
 */
import type { KeptFile } from "../../../src/contract.ts";
import { littleEndian } from "./little-endian.ts";
import { kernel } from "./syscall.ts";

const O_RDWR = 2;
const O_CREAT = 0o100;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
/** asm/fcntl.h: arm64 has another number. */
const O_NOFOLLOW: number = process.arch === "arm64" ? 0o100000 : 0o400000;
const PRIVATE = 0o600;
const LOCK_EX_NB = 2 | 4;
const LOCK_UN = 8;

const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;
/** statx(2): type, mode, owner and time of the last change, and where they are in its answer. */
const STATX_WANTED = 0x1 | 0x2 | 0x8 | 0x40 | 0x200;
const STATX_BYTES = 256;
const STX_UID = 20;
const STX_MODE = 28;
const STX_SIZE = 40;
const STX_MTIME_SECONDS = 112;
const STX_MTIME_NANOSECONDS = 120;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;
const WRITABLE_BY_OTHERS = 0o022;

const FIRST_BYTES = 16 * 1024;
/** More than we ever write. */
const MOST_BYTES = 1024 * 1024;

/**
 * Opens and locks it, and makes it when it is not there. Undefined where that cannot be done, or it is not
 * a plain file in a directory that both belong to `uid` alone.
 */
export function keepFile(path: string, uid: number | string): KeptFile | "taken" | undefined {
  if (path.includes("\0")) return undefined;
  const { syscall, numbers, address, bytes } = kernel();
  const directory = factsOf(-1, path.slice(0, path.lastIndexOf("/")), AT_SYMLINK_NOFOLLOW);
  if (directory === undefined || !isPrivate(directory, uid, S_IFDIR)) return undefined;
  const name = bytes(path);
  const flags = O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW;
  const fd = syscall(numbers.openat, -1, address(name), flags, PRIVATE, 0);
  if (fd < 0) return undefined;
  const state = syscall(numbers.flock, fd, LOCK_EX_NB, 0, 0, 0) === 0 ? factsOf(fd, "", AT_EMPTY_PATH) : whyNot(fd);
  if (state === undefined || state === "taken" || !isPrivate(state, uid, S_IFREG) && !becomesOurs(fd, state, uid)) {
    syscall(numbers.close, fd, 0, 0, 0, 0);
    return state === "taken" ? state : undefined;
  }
  const text = readAll(fd, FIRST_BYTES);
  let released = false;
  return {
    text,
    ...(state.bytes === 0 ? {} : { writtenAt: state.writtenAt }),
    write(text) {
      if (released) return false;
      const written = bytes(text);
      const length = written.length - 1;
      return syscall(numbers.pwrite64, fd, address(written), length, 0, 0) === length;
    },
    release() {
      if (!released) syscall(numbers.close, fd, 0, 0, 0, 0);
      released = true;
    },
  };
}

/** Where nothing can be locked nobody has it; there what is not locked cannot be let go of either. */
function whyNot(fd: number): "taken" | undefined {
  const { syscall, numbers } = kernel();
  return syscall(numbers.flock, fd, LOCK_UN, 0, 0, 0) === 0 ? "taken" : undefined;
}

interface Facts {
  readonly uid: number;
  readonly mode: number;
  readonly bytes: number;
  readonly writtenAt: number;
}

function factsOf(fd: number, at: string, flags: number): Facts | undefined {
  const { syscall, numbers, address, bytes } = kernel();
  const facts = new Uint8Array(STATX_BYTES);
  const answer = syscall(numbers.statx, fd, address(bytes(at)), flags, STATX_WANTED, address(facts));
  if (answer !== 0) return undefined;
  const seconds = littleEndian(facts, STX_MTIME_SECONDS, 8);
  const nanoseconds = littleEndian(facts, STX_MTIME_NANOSECONDS, 4);
  return {
    uid: littleEndian(facts, STX_UID, 4),
    mode: littleEndian(facts, STX_MODE, 2),
    bytes: littleEndian(facts, STX_SIZE, 8),
    writtenAt: seconds * 1_000 + nanoseconds / 1_000_000,
  };
}

function isPrivate({ uid: owner, mode }: Facts, uid: number | string, type: number): boolean {
  return owner === uid && (mode & S_IFMT) === type && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** Under sudo what we make is root's, and the person could not open it later. */
function becomesOurs(fd: number, facts: Facts, uid: number | string): boolean {
  if (typeof uid !== "number" || uid === 0 || process.geteuid?.() !== 0 || !isPrivate(facts, 0, S_IFREG)) return false;
  const { syscall, numbers } = kernel();
  return syscall(numbers.fchown, fd, uid, -1, 0, 0) === 0;
}

function readAll(fd: number, bytes: number): string {
  const { syscall, numbers, address, text } = kernel();
  const buffer = new Uint8Array(bytes);
  const start = address(buffer);
  let length = 0;
  for (;;) {
    const more = syscall(numbers.pread64, fd, start + length, bytes - length, length, 0);
    if (more <= 0) return text(buffer, length);
    length += more;
    if (length < bytes) continue;
    // Hardly ever: from the start again, for a character may be cut in two.
    return bytes >= MOST_BYTES ? "" : readAll(fd, bytes * 8);
  }
}
