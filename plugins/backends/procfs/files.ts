/**
 * Reads small kernel files into one reused buffer. Nothing throws: a negative number is the error.
 *
 * @module
 */
import { type Libc, libc } from "./libc.ts";

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
/** Numbers differ between architectures; arm64 swaps these (asm/fcntl.h). */
export const O_DIRECTORY: number = process.arch === "arm64" ? 0o40000 : 0o200000;
export const O_NOFOLLOW: number = process.arch === "arm64" ? 0o100000 : 0o400000;
export const O_NOCTTY = 0o400;

/** `openat` relative to nothing: for absolute paths. */
export const AT_FDCWD: number = -100;

const FIRST_BYTES = 64 * 1024;
/** The longest text taken from one file: ARG_MAX is 2 MiB with the usual stack limit (execve(2)). */
const MOST_BYTES = 2 * 1024 * 1024;
const EINTR = 4;

/** Small files, links and directories, read through one buffer that every call overwrites. */
export class Files {
  readonly libc: Libc;
  /** What the last `read`, `link` or `entries` brought, from its start. */
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #at: number;
  readonly #path: Buffer = Buffer.allocUnsafeSlow(4096);
  readonly #pathAt: number;

  constructor(calls: Libc = libc()) {
    this.libc = calls;
    this.#at = calls.address(this.bytes);
    this.#pathAt = calls.address(this.#path);
  }

  /** A descriptor, or the negative error. */
  open(directory: number, path: string, flags: number): number {
    const length = this.#path.write(path, 0, 4095, "utf8");
    this.#path[length] = 0;
    const fd = this.libc.openat(directory, this.#pathAt, flags | O_CLOEXEC, 0);
    return fd < 0 ? -this.libc.errno() : fd;
  }

  close(fd: number): void {
    this.libc.close(fd);
  }

  /** The number of bytes read into `bytes`, or the negative error. */
  read(directory: number, path: string): number {
    const fd = this.open(directory, path, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return fd;
    const length = this.drain(fd);
    this.libc.close(fd);
    return length;
  }

  /** Reads an open file to its end, which these files reach only with a read of nothing. */
  drain(fd: number): number {
    let length = 0;
    for (;;) {
      const more = this.libc.read(fd, this.#at + length, this.bytes.length - length);
      if (more < 0) {
        const error = this.libc.errno();
        if (error === EINTR) continue;
        return length > 0 ? length : -error;
      }
      if (more === 0) return length;
      length += more;
      if (length === this.bytes.length) {
        if (length >= MOST_BYTES) return length;
        this.#grow(length);
      }
    }
  }

  /** The target of a link as bytes in `bytes`, or the negative error. */
  link(directory: number, path: string): number {
    const length = this.#path.write(path, 0, 4095, "utf8");
    this.#path[length] = 0;
    const read = this.libc.readlinkat(directory, this.#pathAt, this.#at, FIRST_BYTES);
    return read < 0 ? -this.libc.errno() : read;
  }

  /** The bytes of the last call as text; what is no UTF-8 is replaced, never refused. */
  text(length: number): string {
    return this.bytes.toString("utf8", 0, length);
  }

  /** Text of a file, or the negative error. */
  readText(directory: number, path: string): string | number {
    const length = this.read(directory, path);
    return length < 0 ? length : this.text(length);
  }

  /** Text of a link's target, or the negative error. */
  linkText(directory: number, path: string): string | number {
    const length = this.link(directory, path);
    return length < 0 ? length : this.text(length);
  }

  /** The numbers among a directory's names (pids, threads, descriptors), or the negative error. */
  numbers(directory: number, path: string): number[] | number {
    const fd = this.open(directory, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return fd;
    const found: number[] = [];
    let length: number;
    while ((length = this.libc.getdents64(fd, this.#at, FIRST_BYTES)) > 0) eachNumber(this.bytes, length, found);
    const error = length < 0 ? -this.libc.errno() : 0;
    this.libc.close(fd);
    return error < 0 && found.length === 0 ? error : found;
  }

  #grow(kept: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.min(this.bytes.length * 4, MOST_BYTES));
    this.bytes.copy(larger, 0, 0, kept);
    this.bytes = larger;
    this.#at = this.libc.address(larger);
  }
}

/** Where a record's length and name are: `struct linux_dirent64`, getdents(2). */
export const RECORD_LENGTH = 16;
export const RECORD_NAME = 19;

function eachNumber(bytes: Buffer, length: number, into: number[]): void {
  for (let at = 0; at < length;) {
    const size = (bytes[at + RECORD_LENGTH] as number) | ((bytes[at + RECORD_LENGTH + 1] as number) << 8);
    let number = 0;
    let cursor = at + RECORD_NAME;
    let byte = bytes[cursor] as number;
    while (byte >= 48 && byte <= 57) {
      number = number * 10 + byte - 48;
      byte = bytes[++cursor] as number;
    }
    if (byte === 0 && cursor > at + RECORD_NAME) into.push(number);
    if (size === 0) return;
    at += size;
  }
}
