/**
 * What the kernel tells of this process, through two calls of libc: loading the runtime's own file system
 * takes longer than starting a process, and the command waits for it.
 *
 * @module
 */
import { AT_FDCWD, Files } from "../files.ts";

/** More than that, `Files` does not take. */
const MOST_BYTES = 2 * 1024 * 1024;

let loaded: Files | undefined;

/** The reader; it serves one call at a time. */
export function files(): Files {
  return loaded ??= new Files();
}

/** A file of /proc as it is; undefined when it cannot be read. */
export function bytesOf(path: string): Buffer | undefined {
  const { bytes, length } = taken(path);
  if (length < 0) return undefined;
  // An environment may take three quarters of 8 MiB (execve(2)).
  if (length >= MOST_BYTES) return process.getBuiltinModule("node:fs").readFileSync(path);
  return Buffer.from(bytes.subarray(0, length));
}

/** The same as text; undefined when it cannot be read. */
export function textOf(path: string): string | undefined {
  const { bytes, length } = taken(path);
  return length < 0 ? undefined : bytes.toString("latin1", 0, length);
}

/** Where a link of /proc leads; undefined when it cannot be read. */
export function linkOf(path: string): string | undefined {
  const target = files().linkText(AT_FDCWD, path);
  return typeof target === "string" ? target : undefined;
}

/** The numbers in a directory of /proc; none when it cannot be read. */
export function numbersIn(path: string): number[] {
  const found = files().numbers(AT_FDCWD, path);
  return typeof found === "number" ? [] : found;
}

function taken(path: string): { readonly bytes: Buffer; readonly length: number } {
  const reader = files();
  const length = reader.read(AT_FDCWD, path);
  return { bytes: reader.bytes, length };
}
