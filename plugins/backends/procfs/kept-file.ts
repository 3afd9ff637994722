/**
 * A small file of ours under a lock of the kernel (flock(2)): whoever is ended with -9 lets go of it.
 *
 * @module
 */
import type { KeptFile } from "../../../src/contract.ts";
import { type Kernel, kernel } from "./syscall.ts";

const O_RDWR = 2;
const O_CREAT = 0o100;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
/** asm/fcntl.h: arm64 has another number. */
const O_NOFOLLOW: number = process.arch === "arm64" ? 0o100000 : 0o400000;
const PRIVATE = 0o600;
const LOCK_EX_NB = 2 | 4;

const AT_EMPTY_PATH = 0x1000;
/** statx(2): type, mode and owner, and where they are in its answer. */
const STATX_TYPE_MODE_UID = 0x1 | 0x2 | 0x8;
const STATX_BYTES = 256;
const STX_UID = 20;
const STX_MODE = 28;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const WRITABLE_BY_OTHERS = 0o022;

const FIRST_BYTES = 16 * 1024;
/** More than we ever write. */
const MOST_BYTES = 1024 * 1024;

/**
 * Opens and locks it, and makes it when it is not there. Undefined where that cannot be done, or it is not
 * a plain file that belongs to `uid` alone.
 */
export function keepFile(path: string, uid: number | string): KeptFile | "taken" | undefined {
  if (path.includes("\0")) return undefined;
  const { syscall, numbers, address, path: named } = kernel();
  const name = named(path);
  const flags = O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW;
  const fd = syscall(numbers.openat, -1, address(name), flags, PRIVATE, 0);
  if (fd < 0) return undefined;
  if (!isOurs(fd, uid) && !becomesOurs(fd, uid)) {
    syscall(numbers.close, fd, 0, 0, 0, 0);
    return undefined;
  }
  if (syscall(numbers.flock, fd, LOCK_EX_NB, 0, 0, 0) !== 0) {
    syscall(numbers.close, fd, 0, 0, 0, 0);
    return "taken";
  }
  const text = readAll(fd, FIRST_BYTES);
  let released = false;
  return {
    text,
    write(text) {
      if (released) return false;
      const bytes = new TextEncoder().encode(text);
      return syscall(numbers.pwrite64, fd, address(bytes), bytes.length, 0, 0) === bytes.length;
    },
    release() {
      if (!released) syscall(numbers.close, fd, 0, 0, 0, 0);
      released = true;
    },
  };
}

function isOurs(fd: number, uid: number | string): boolean {
  const { syscall, numbers, address }: Kernel = kernel();
  const facts = new Uint8Array(STATX_BYTES);
  const nothing = new Uint8Array(8);
  const at = address(facts);
  if (syscall(numbers.statx, fd, address(nothing), AT_EMPTY_PATH, STATX_TYPE_MODE_UID, at) !== 0) return false;
  const view = new DataView(facts.buffer);
  const mode = view.getUint16(STX_MODE, true);
  return view.getUint32(STX_UID, true) === uid && (mode & S_IFMT) === S_IFREG && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** Under sudo what we make is root's, and the person could not open it later. */
function becomesOurs(fd: number, uid: number | string): boolean {
  if (typeof uid !== "number" || uid === 0 || process.geteuid?.() !== 0 || !isOurs(fd, 0)) return false;
  const { syscall, numbers } = kernel();
  return syscall(numbers.fchown, fd, uid, -1, 0, 0) === 0;
}

function readAll(fd: number, bytes: number): string {
  const { syscall, numbers, address } = kernel();
  const buffer = new Uint8Array(bytes);
  const start = address(buffer);
  let length = 0;
  for (;;) {
    const more = syscall(numbers.pread64, fd, start + length, bytes - length, length, 0);
    if (more <= 0) return new TextDecoder().decode(buffer.subarray(0, length));
    length += more;
    if (length < bytes) continue;
    // Hardly ever: from the start again, for a character may be cut in two.
    return bytes >= MOST_BYTES ? "" : readAll(fd, bytes * 8);
  }
}
