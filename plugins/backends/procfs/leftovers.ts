/**
 * What lies on disk: entries of one directory, with what is needed to judge them. Nothing is followed,
 * nothing blocks.
 *
 * @module
 */
import type { Leftover, LeftoverPlace } from "../../../src/contract.ts";
import type { Facts } from "./facts.ts";
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
  const base = place.base.replace(/\/+$/, "");
  // A base that is a link leads to somebody else's choice of place.
  if (files.facts(AT_FDCWD, base, "stay")?.type !== "directory") return [];
  const names = files.names(AT_FDCWD, base);
  if (typeof names === "number") return [];
  const found: Leftover[] = [];
  for (const name of names.sort()) {
    place.entry.lastIndex = 0;
    if (!place.entry.test(name)) continue;
    const leftover = describe(files, `${base}/${name}`, place.kind);
    if (leftover !== undefined) found.push(leftover);
  }
  return found;
}

type Growing = { -readonly [K in keyof Leftover]: Leftover[K] };

function describe(files: Files, path: string, kind: Leftover["kind"]): Leftover | undefined {
  const facts = files.facts(AT_FDCWD, path, "stay");
  if (facts === undefined || facts.type !== kind) return undefined;
  const leftover: Growing = {
    path,
    kind,
    uid: facts.uid,
    mode: facts.mode,
    modifiedAt: facts.modifiedAt,
  };
  if (kind === "symlink") {
    const target = files.linkText(AT_FDCWD, path);
    if (typeof target === "string") leftover.target = target;
    return leftover;
  }
  const bytes = kind === "file" ? facts.bytes : treeBytes(files, path, facts);
  if (bytes !== undefined) leftover.bytes = bytes;
  if (kind === "file") {
    const content = readSmall(files, path, CONTENT_BYTES);
    if (content !== undefined) leftover.content = content;
  }
  const lock = lockState(files, kind === "file" ? path : `${path}/.lock`);
  if (lock !== undefined) leftover.lock = lock;
  return leftover;
}

/** Sizes of the regular files below, on this file system alone; undefined when something could not be read. */
function treeBytes(files: Files, top: string, facts: Facts): number | undefined {
  let bytes = 0;
  let entries = 0;
  const waiting = [top];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    const names = files.names(AT_FDCWD, directory);
    if (typeof names === "number") return undefined;
    entries += names.length;
    if (entries > MOST_ENTRIES) return undefined;
    for (const name of names) {
      const path = `${directory}/${name}`;
      const entry = files.facts(AT_FDCWD, path, "stay");
      if (entry === undefined || entry.fileSystem !== facts.fileSystem) continue;
      if (entry.type === "directory") waiting.push(path);
      else if (entry.type === "file") bytes += entry.bytes;
    }
  }
  return bytes;
}

/**
 * Whether a lock file is locked (flock(2)): tried, and let go at once. A directory's is the `.lock` in
 * it. Locks of fcntl(2) are not seen this way, so `free` alone proves nothing about who uses them.
 */
function lockState(files: Files, path: string): Leftover["lock"] {
  if (!path.endsWith(".lock") || files.facts(AT_FDCWD, path, "stay")?.type !== "file") return undefined;
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
