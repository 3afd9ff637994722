/**
 * What lies on disk as node:fs tells it, for platforms without calls of their own.
 *
 * @module
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import type { Disk, Standing } from "./leftovers.ts";

const isWindows = process.platform === "win32";

/** The disk, as far as node:fs tells it. */
export const nodeDisk: Disk = {
  separator: isWindows ? "\\" : "/",
  facts: (path) => orError(() => standing(lstatSync(path, { bigint: true }))),
  names: (path) => orError(() => readdirSync(path)),
  target: (path) => quietly(() => readlinkSync(path)),
  text: (path, mostBytes) => quietly(() => textOf(path, mostBytes)),
};

/** The system's error as a text. */
function orError<T>(ask: () => T): T | string {
  try {
    return ask();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
}

function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

function standing(facts: BigIntStats): Standing {
  return {
    // A junction counts as a link too.
    type: facts.isSymbolicLink() ? "symlink" : facts.isDirectory() ? "directory" : facts.isFile() ? "file" : "other",
    // What node reports of owners on Windows is made up.
    ...(isWindows ? {} : { uid: Number(facts.uid), gid: Number(facts.gid), mode: Number(facts.mode & 0o7777n) }),
    bytes: Number(facts.size),
    modifiedAt: Number(facts.mtimeMs),
    changedAt: Number(facts.ctimeMs),
    onDevice: facts.dev,
    inode: facts.ino,
  };
}

function textOf(path: string, mostBytes: number): string | undefined {
  // Looked at before it is opened: a FIFO would wake its writer, a device may act.
  const named = lstatSync(path, { bigint: true });
  if (!named.isFile() || named.size > BigInt(mostBytes)) return undefined;
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  try {
    const opened = fstatSync(descriptor, { bigint: true });
    // Between the look and the opening the name may have become a link to somewhere else.
    if (!opened.isFile() || opened.ino !== named.ino || opened.dev !== named.dev) return undefined;
    const bytes = Buffer.alloc(Math.min(Number(opened.size), mostBytes));
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) {
      got = readSync(descriptor, bytes, length, bytes.length - length, length);
    }
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(descriptor);
  }
}
