/**
 * Reads small kernel files into one reused buffer. Nothing throws: a negative number is the error.
 *
 * @module
 */
import { type Facts, FACTS_BYTES, FACTS_WANTED, parseFacts, parseOwner, STATX_UID } from "./facts.ts";
import { type Libc, libc, type Room, roomFor } from "./libc.ts";

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
/** Numbers differ between architectures; arm64 swaps these (asm/fcntl.h). */
export const O_DIRECTORY: number = process.arch === "arm64" ? 0o40000 : 0o200000;
export const O_NOFOLLOW: number = process.arch === "arm64" ? 0o100000 : 0o400000;
export const O_NOCTTY = 0o400;

/** statx(2). */
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;
const AT_EMPTY_PATH = 0x1000;

/** `openat` relative to nothing: for absolute paths. */
export const AT_FDCWD: number = -100;

/** PATH_MAX of the kernel, its end included. */
const PATH_BYTES = 4095;
const FIRST_BYTES = 16 * 1024;
/** The longest text taken from one file: ARG_MAX is 2 MiB with the usual stack limit (execve(2)). */
const MOST_BYTES = 2 * 1024 * 1024;
const EINTR = 4;
/** Whoever is interrupted that often is not told anything. */
const MOST_INTERRUPTED = 100;

const ENCODER = new TextEncoder();

/**
 * Small files, links and directories, read through one buffer that every call overwrites. Plain bytes, and nothing with
 * a `#`: `Buffer` takes longer to load than ten processes to be read, names that the runtime guards as long as two.
 */
export class Files {
  readonly libc: Libc;
  /** What the last `read`, `take` or `link` brought, from its start. */
  room: Room;
  private readonly said: Room;
  private readonly told: Room;

  constructor(calls: Libc = libc()) {
    this.libc = calls;
    this.room = roomFor(calls, FIRST_BYTES);
    this.said = roomFor(calls, PATH_BYTES + 1);
    this.told = roomFor(calls, FACTS_BYTES);
  }

  /** A descriptor, or the negative error. */
  open(directory: number, path: string | Uint8Array, flags: number): number {
    this.say(path);
    const fd = this.libc.openat(directory, this.said.at, flags | O_CLOEXEC, 0);
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

  /**
   * As `read`, for a file that the kernel writes in one piece whatever it is asked for (`stat`, `status`,
   * `cmdline`, `environ`, `cgroup`): less than there is room for is all of it, and no second read asks. What ends in the
   * middle of a line, or of an argument, is asked for more: a program may have written a title there, or a /proc that is no
   * kernel's have given a part.
   */
  take(directory: number, path: string): number {
    const fd = this.open(directory, path, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return fd;
    const { libc } = this;
    const { at, bytes } = this.room;
    let length = libc.read(fd, at, bytes.length);
    if (length < 0) {
      length = -libc.errno();
      if (length === -EINTR) length = this.drain(fd);
    } else if (length === bytes.length || (length > 0 && !isEnd(bytes[length - 1]))) length = this.drain(fd, length);
    libc.close(fd);
    return length;
  }

  /** Reads an open file to its end, which these files reach only with a read of nothing. A part of it is none of it. */
  drain(fd: number, read = 0): number {
    let length = read;
    for (let interrupted = 0;;) {
      if (length === this.room.bytes.length) {
        if (length >= MOST_BYTES) return length;
        this.grow(length);
      }
      const { at, bytes } = this.room;
      const more = this.libc.read(fd, at + length, bytes.length - length);
      if (more < 0) {
        const error = this.libc.errno();
        if (error === EINTR && ++interrupted < MOST_INTERRUPTED) continue;
        return -error;
      }
      if (more === 0) return length;
      length += more;
    }
  }

  /** The target of a link as bytes in `bytes`, or the negative error. */
  link(directory: number, path: string): number {
    this.say(path);
    const { at, bytes } = this.room;
    const read = this.libc.readlinkat(directory, this.said.at, at, bytes.length);
    return read < 0 ? -this.libc.errno() : read;
  }

  /** The bytes of the last call as text; what is no UTF-8 is replaced, never refused. */
  text(end: number, from = 0): string {
    return end > from ? this.libc.text(this.room.at, from, end - from) : "";
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

  /** What stands at a path: the link itself, or what it leads to. Undefined: nothing, or it is not told. */
  facts(directory: number, path: string | Uint8Array, links: "follow" | "stay"): Facts | undefined {
    this.say(path);
    return this.ask(directory, links === "stay" ? AT_SYMLINK_NOFOLLOW : 0);
  }

  /** What an open descriptor is. */
  factsOf(fd: number): Facts | undefined {
    this.said.bytes[0] = 0;
    return this.ask(fd, AT_EMPTY_PATH);
  }

  /** Whose the file or directory at a path is, an open one at "", or the negative error. */
  owner(directory: number, path: string): number {
    this.say(path);
    const flags = (path === "" ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW) | AT_NO_AUTOMOUNT;
    const answer = this.libc.statx(directory, this.said.at, flags, STATX_UID, this.told.at);
    return answer === 0 ? parseOwner(this.told.bytes) : -this.libc.errno();
  }

  private ask(directory: number, flags: number): Facts | undefined {
    const answer = this.libc.statx(directory, this.said.at, flags | AT_NO_AUTOMOUNT, FACTS_WANTED, this.told.at);
    return answer === 0 ? parseFacts(this.told.bytes) : undefined;
  }

  /** What poll(2) says unasked of an open descriptor; undefined when it does not answer. */
  polled(fd: number): number | undefined {
    const { bytes, at } = roomFor(this.libc, 8);
    const polled = new Int32Array(bytes.buffer);
    polled[0] = fd;
    const answer = this.libc.poll(at, 1, 0);
    return answer < 0 ? undefined : (polled[1] as number) >> 16;
  }

  /** Puts a path where the system reads it. One that is too long becomes none, which nothing answers to. */
  private say(path: string | Uint8Array): void {
    const { bytes } = this.said;
    let length = 0;
    if (typeof path === "string") {
      const { read, written } = ENCODER.encodeInto(path, bytes);
      if (read === path.length && written <= PATH_BYTES) length = written;
    } else if (path.length <= PATH_BYTES) {
      bytes.set(path);
      length = path.length;
    }
    bytes[length] = 0;
  }

  /** The names in a directory, or the negative error. What is no UTF-8 comes lossy and will not be found again. */
  names(directory: number, path: string): string[] | number {
    const fd = this.open(directory, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return fd;
    const found: string[] = [];
    const room = this.room;
    let length: number;
    while ((length = this.libc.getdents64(fd, room.at, room.bytes.length)) > 0) {
      for (let at = 0; at < length; at += recordLength(room.bytes, at)) {
        const name = this.text(room.bytes.indexOf(0, at + RECORD_NAME), at + RECORD_NAME);
        if (name !== "." && name !== "..") found.push(name);
      }
    }
    const error = length < 0 ? -this.libc.errno() : 0;
    this.libc.close(fd);
    return error < 0 ? error : found;
  }

  /** The numbers among a directory's names (pids, threads, descriptors), or the negative error. */
  numbers(directory: number, path: string): number[] | number {
    const fd = this.open(directory, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return fd;
    const found: number[] = [];
    const { bytes, at } = this.room;
    let length: number;
    while ((length = this.libc.getdents64(fd, at, bytes.length)) > 0) eachNumber(bytes, length, found);
    const error = length < 0 ? -this.libc.errno() : 0;
    this.libc.close(fd);
    return error < 0 ? error : found;
  }

  private grow(kept: number): void {
    const { bytes } = this.room;
    this.room = roomFor(this.libc, Math.min(bytes.length * 4, MOST_BYTES));
    this.room.bytes.set(bytes.subarray(0, kept));
  }
}

/** A line end, or the NUL that ends an argument. */
function isEnd(byte: number | undefined): boolean {
  return byte === 10 || byte === 0;
}

/** Where a record's length and name are: `struct linux_dirent64`, getdents(2). */
const RECORD_LENGTH = 16;
export const RECORD_NAME = 19;

/** How long the record at `at` is. */
export function recordLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + RECORD_LENGTH] as number) | ((bytes[at + RECORD_LENGTH + 1] as number) << 8);
}

function eachNumber(bytes: Uint8Array, length: number, into: number[]): void {
  for (let at = 0; at < length;) {
    const size = recordLength(bytes, at);
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
