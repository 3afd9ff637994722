/**
 * Small files and what lies in a directory. Nothing blocks, and what may be removed is never reached
 * through a link.
 *
 * @module
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { join } from "node:path";
import type { Leftover, LeftoverPlace } from "../../../src/contract.ts";

const FILE_BYTES = 1024 * 1024;
/** Longer files hold no pid. */
const CONTENT_BYTES = 64 * 1024;
/** A tree with more entries is not summed up: its size stays unknown. */
const MOST_ENTRIES = 50_000;

/** The text of a small regular file, or undefined when it is none or cannot be read. */
export function readText(path: string, mostBytes: number = FILE_BYTES): string | undefined {
  let fd: number | undefined;
  try {
    // Looked at before it is opened: a FIFO would wake its writer, a device may act.
    if (!statSync(path).isFile()) return undefined;
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const facts = fstatSync(fd);
    if (!facts.isFile() || facts.size > mostBytes) return undefined;
    const bytes = Buffer.alloc(facts.size + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more) {
      more = readSync(fd, bytes, length, bytes.length - length, null);
    }
    return bytes.toString("utf8", 0, length);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Matching entries by name. */
export function readLeftovers(place: LeftoverPlace): Leftover[] {
  let names: string[];
  try {
    // A base that is a link leads to somebody else's choice of place.
    if (!lstatSync(place.base).isDirectory()) return [];
    names = readdirSync(place.base);
  } catch {
    return [];
  }
  return names.toSorted().filter((name) => name.search(place.entry) !== -1).flatMap((name) => {
    const leftover = describe(join(place.base, name), place.kind);
    return leftover === undefined ? [] : [leftover];
  });
}

/** Whether somebody holds a lock on it stays unknown: to ask for it takes flock(2), which we do not call here. */
function describe(path: string, kind: Leftover["kind"]): Leftover | undefined {
  const facts = factsOf(path);
  if (facts === undefined || kindOf(facts) !== kind) return undefined;
  const common = { path, kind, uid: facts.uid, mode: facts.mode & 0o7777, modifiedAt: Math.trunc(facts.mtimeMs) };
  if (kind === "symlink") {
    try {
      return { ...common, target: readlinkSync(path) };
    } catch {
      return common;
    }
  }
  const bytes = kind === "file" ? facts.size : treeBytes(path, facts.dev);
  const content = kind === "file" ? readText(path, CONTENT_BYTES) : undefined;
  return { ...common, ...(bytes === undefined ? {} : { bytes }), ...(content === undefined ? {} : { content }) };
}

function factsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function kindOf(facts: Stats): Leftover["kind"] | undefined {
  if (facts.isSymbolicLink()) return "symlink";
  if (facts.isDirectory()) return "directory";
  return facts.isFile() ? "file" : undefined;
}

/** Sizes of the regular files below, on this file system alone; undefined when something could not be read. */
function treeBytes(top: string, device: number): number | undefined {
  let bytes = 0;
  let entries = 0;
  const waiting = [top];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    let names: string[];
    try {
      names = readdirSync(directory);
    } catch {
      return undefined;
    }
    entries += names.length;
    if (entries > MOST_ENTRIES) return undefined;
    for (const name of names) {
      const path = join(directory, name);
      const facts = factsOf(path);
      if (facts === undefined || facts.dev !== device) continue;
      if (facts.isDirectory()) waiting.push(path);
      else if (facts.isFile()) bytes += facts.size;
    }
  }
  return bytes;
}
