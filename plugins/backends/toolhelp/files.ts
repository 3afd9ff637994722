import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Leftover, LeftoverPlace } from "../../../src/contract.ts";

const MOST_BYTES = 1 << 20;
const MOST_CONTENT_BYTES = 1 << 16;
const MOST_ENTRIES = 10_000;

/** The text of a regular file of at most 1 MiB, never through a link; undefined when it cannot be had. */
export function readText(path: string, mostBytes: number = MOST_BYTES): string | undefined {
  let descriptor: number | undefined;
  try {
    const named = lstatSync(path, { bigint: true });
    if (!named.isFile()) return undefined;
    descriptor = openSync(path, constants.O_RDONLY);
    const opened = fstatSync(descriptor, { bigint: true });
    // Between the look and the opening the name may have become a link to somewhere else.
    if (!opened.isFile() || opened.ino !== named.ino || opened.dev !== named.dev) return undefined;
    if (opened.size > BigInt(mostBytes)) return undefined;
    const bytes = Buffer.alloc(Number(opened.size));
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) {
      got = readSync(descriptor, bytes, length, bytes.length - length, length);
    }
    return bytes.toString("utf8", 0, length);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * The entries of a place that match its name and kind. Owner and mode are left out: what node reports
 * for them on Windows is made up.
 */
export function readLeftovers(place: LeftoverPlace): Leftover[] {
  try {
    // A junction counts as a link here too.
    if (!lstatSync(place.base).isDirectory()) return [];
    return readdirSync(place.base)
      .filter((name) => name.search(place.entry) >= 0)
      .slice(0, MOST_ENTRIES)
      .sort()
      .flatMap((name) => readLeftover(join(place.base, name), place.kind));
  } catch {
    return [];
  }
}

function readLeftover(path: string, kind: Leftover["kind"]): Leftover[] {
  try {
    const status = lstatSync(path);
    const found = status.isSymbolicLink() ? "symlink" : status.isDirectory() ? "directory" : "file";
    if (found !== kind || (found === "file" && !status.isFile())) return [];
    const content = kind === "file" ? readText(path, MOST_CONTENT_BYTES) : undefined;
    const bytes = kind === "directory" ? directoryBytes(path) : status.size;
    return [{
      path,
      kind,
      modifiedAt: Math.floor(status.mtimeMs),
      ...(bytes === undefined ? {} : { bytes }),
      ...(content === undefined ? {} : { content }),
    }];
  } catch {
    return [];
  }
}

/** What a directory holds, links not followed; undefined when it is too much to count. */
function directoryBytes(root: string): number | undefined {
  let bytes = 0;
  let entries = 0;
  const open = [root];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (++entries > MOST_ENTRIES) return undefined;
      const inside = join(path, entry.name);
      const status = lstatSync(inside);
      if (status.isDirectory()) open.push(inside);
      else bytes += status.size;
    }
  }
  return bytes;
}
