/**
 * Links of /proc/<pid>: where they lead, and whether that has been unlinked.
 *
 * @module
 */
import { statSync } from "node:fs";
import type { Files } from "./files.ts";

/** Where a link leads. */
export interface Target {
  /** Without any ` (deleted)`. */
  readonly path: string;
  readonly deleted: boolean;
}

const DELETED = " (deleted)";

/**
 * Splits off the kernel's mark.
 *
 * @param isReal Whether a file of the full text is what the link leads to: names may end like the mark.
 */
export function parseTarget(text: string, isReal: () => boolean): Target {
  if (!text.endsWith(DELETED) || isReal()) return { path: text, deleted: false };
  return { path: text.slice(0, -DELETED.length), deleted: true };
}

/** Where the link at `path` leads (`full` names it for the system), or the negative error. */
export function readTarget(files: Files, directory: number, path: string, full: string): Target | number {
  const length = files.link(directory, path);
  if (length < 0) return length;
  const bytes = files.bytes;
  const text = bytes.toString("utf8", 0, length);
  if (!text.endsWith(DELETED)) return { path: text, deleted: false };
  const named = Buffer.from(bytes.subarray(0, length));
  return parseTarget(text, () => leadsTo(full, named));
}

function leadsTo(link: string, named: Buffer): boolean {
  try {
    const there = statSync(named, { bigint: true });
    const here = statSync(link, { bigint: true });
    return there.ino === here.ino && there.dev === here.dev;
  } catch {
    return false;
  }
}
