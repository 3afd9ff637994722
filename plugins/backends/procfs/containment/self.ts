/**
 * What the kernel tells of this process, read through a few calls of libc. Neither the runtime's own file
 * system nor the reader that looks at machines (../files.ts): with either, the engine's heap grows by what makes it
 * start threads, and a process with threads takes twice as long to end.
 *
 * @module
 */
import { calls, fixed, text } from "./calls.ts";

const CHUNK_BYTES = 64 * 1024;
const PATH_BYTES = 4096;
/** Where a record's length and name are: `struct linux_dirent64`, getdents(2). */
const RECORD_LENGTH = 16;
const RECORD_NAME = 19;
const O_CLOEXEC = 0o2000000;
const O_DIRECTORY = process.arch === "arm64" ? 0o40000 : 0o200000;

let chunk: Uint8Array<ArrayBuffer> | undefined;

/** A file of /proc as it is; undefined when it cannot be read: a part of it is none of it. */
export function bytesOf(path: string): Uint8Array | undefined {
  const libc = calls();
  const fd = libc.open(text(path), O_CLOEXEC);
  if (fd < 0) return undefined;
  let bytes = chunk ??= fixed(CHUNK_BYTES);
  let length = 0;
  let more: number;
  while ((more = libc.read(fd, bytes.subarray(length), bytes.length - length)) > 0) {
    length += more;
    if (length < bytes.length) continue;
    // An environment may take three quarters of 8 MiB (execve(2)).
    const larger = fixed(bytes.length * 4);
    larger.set(bytes);
    bytes = larger;
  }
  libc.close(fd);
  return more < 0 ? undefined : bytes.slice(0, length);
}

/** The same as text; undefined when it cannot be read. */
export function textOf(path: string): string | undefined {
  const bytes = bytesOf(path);
  return bytes === undefined ? undefined : decoded(bytes);
}

/** Where a link of /proc leads; undefined when it cannot be read. */
export function linkOf(path: string): string | undefined {
  const target = fixed(PATH_BYTES);
  const length = calls().readlink(text(path), target, PATH_BYTES);
  return length < 0 ? undefined : decoded(target.subarray(0, length));
}

/** The numbers in a directory of /proc; undefined when it cannot be read, as a whole. */
export function numbersIn(path: string): number[] | undefined {
  const libc = calls();
  const fd = libc.open(text(path), O_CLOEXEC | O_DIRECTORY);
  if (fd < 0) return undefined;
  const found: number[] = [];
  const records = chunk ??= fixed(CHUNK_BYTES);
  let length: number;
  while ((length = libc.getdents64(fd, records, CHUNK_BYTES)) > 0) {
    for (let at = 0; at < length; at += sizeAt(records, at)) {
      const number = Number(decoded(records.subarray(at + RECORD_NAME, records.indexOf(0, at + RECORD_NAME))));
      if (Number.isSafeInteger(number)) found.push(number);
    }
  }
  libc.close(fd);
  return length < 0 ? undefined : found;
}

function sizeAt(records: Uint8Array, at: number): number {
  return (records[at + RECORD_LENGTH] as number) | (records[at + RECORD_LENGTH + 1] as number) << 8;
}

let decoder: TextDecoder | undefined;

/** Text of bytes; what is no UTF-8 is replaced. */
export function decoded(bytes: Uint8Array): string {
  return (decoder ??= new TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes);
}

/** Bytes of a text. */
export function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
