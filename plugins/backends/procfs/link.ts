/**
 * Links of /proc/<pid>: where they lead, and whether that has been unlinked.
 *
 * @module
 */
import { AT_FDCWD, type Files } from "./files.ts";

/** Where a link leads. */
export interface Target {
  /** Without any ` (deleted)`. */
  readonly path: string;
  readonly deleted: boolean;
}

const SOCKET = /^socket:\[(\d+)\]$/;

/** The inode of the socket that a descriptor's link names; undefined for what is none. */
export function socketInode(link: string): number | undefined {
  const inode = SOCKET.exec(link)?.[1];
  return inode === undefined ? undefined : Number(inode);
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

/** Where the link at `path` leads, or the negative error. */
export function readTarget(files: Files, directory: number, path: string): Target | number {
  const length = files.link(directory, path);
  if (length < 0) return length;
  const text = files.text(length);
  if (!text.endsWith(DELETED)) return { path: text, deleted: false };
  const named = files.room.bytes.slice(0, length);
  return parseTarget(text, () => {
    const there = files.facts(AT_FDCWD, named, "follow");
    const here = files.facts(directory, path, "follow");
    return there !== undefined && there.inode === here?.inode && there.fileSystem === here.fileSystem;
  });
}
