/**
 * What lies on disk: entries of one directory, with what is needed to judge them. Nothing is followed,
 * nothing blocks.
 *
 * @module
 */
import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Leftover, LeftoverPlace } from "../../../src/contract.ts";
import { AT_FDCWD, type Files, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } from "./files.ts";
import { readSmall } from "./small-file.ts";

/** Longer files hold no pid. */
const CONTENT_BYTES = 64 * 1024;
/** A tree with more entries is not summed up: its size stays unknown. */
const MOST_ENTRIES = 50_000;
/** flock(2). */
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
const EAGAIN = 11;

/** Matching entries by name. */
export function findLeftovers(files: Files, place: LeftoverPlace): Leftover[] {
  let names: string[];
  try {
    // A base that is a link leads to somebody else's choice of place.
    if (!lstatSync(place.base).isDirectory()) return [];
    names = readdirSync(place.base);
  } catch {
    return [];
  }
  const found: Leftover[] = [];
  for (const name of names.sort()) {
    place.entry.lastIndex = 0;
    if (!place.entry.test(name)) continue;
    const leftover = describe(files, join(place.base, name), place.kind);
    if (leftover !== undefined) found.push(leftover);
  }
  return found;
}

type Growing = { -readonly [K in keyof Leftover]: Leftover[K] };

function describe(files: Files, path: string, kind: Leftover["kind"]): Leftover | undefined {
  const facts = factsOf(path);
  if (facts === undefined || kindOf(facts) !== kind) return undefined;
  const leftover: Growing = {
    path,
    kind,
    uid: Number(facts.uid),
    mode: Number(facts.mode & 0o7777n),
    modifiedAt: Number(facts.mtimeMs),
  };
  if (kind === "symlink") {
    try {
      leftover.target = readlinkSync(path);
    } catch { /* gone, or another kind by now: its target stays unknown */ }
    return leftover;
  }
  const bytes = kind === "file" ? Number(facts.size) : treeBytes(path, facts);
  if (bytes !== undefined) leftover.bytes = bytes;
  if (kind === "file") {
    const content = readSmall(files, path, CONTENT_BYTES);
    if (content !== undefined) leftover.content = content;
  }
  const lock = lockState(files, kind === "file" ? path : join(path, ".lock"));
  if (lock !== undefined) leftover.lock = lock;
  return leftover;
}

function factsOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function kindOf(facts: BigIntStats): Leftover["kind"] | undefined {
  if (facts.isSymbolicLink()) return "symlink";
  if (facts.isDirectory()) return "directory";
  return facts.isFile() ? "file" : undefined;
}

/** Sizes of the regular files below, on this file system alone; undefined when something could not be read. */
function treeBytes(top: string, facts: BigIntStats): number | undefined {
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
      const entry = factsOf(path);
      if (entry === undefined || entry.dev !== facts.dev) continue;
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) bytes += Number(entry.size);
    }
  }
  return bytes;
}

/**
 * Whether a lock file is locked (flock(2)): tried, and let go at once. A directory's is the `.lock` in
 * it. Locks of fcntl(2) are not seen this way, so `free` alone proves nothing about who uses them.
 */
function lockState(files: Files, path: string): Leftover["lock"] {
  if (!path.endsWith(".lock") || factsOf(path)?.isFile() !== true) return undefined;
  const fd = files.open(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return undefined;
  const { libc } = files;
  let state: Leftover["lock"];
  if (libc.flock(fd, LOCK_EX | LOCK_NB) === 0) {
    libc.flock(fd, LOCK_UN);
    state = "free";
  } else if (libc.errno() === EAGAIN) state = "taken";
  files.close(fd);
  return state;
}
