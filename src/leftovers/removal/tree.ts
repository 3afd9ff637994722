/**
 * Empties a directory that a dead process left and that nobody else can write to: the working directory.
 *
 * @module
 */
import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, type Stats, unlinkSync } from "node:fs";

/** It did not go as a whole: what is left was put back to where it was. */
export class Stuck extends Error {
  /** What went before. */
  readonly freedBytes: number;
  constructor(cause: unknown, freedBytes: number) {
    super("it did not go as a whole", { cause });
    this.freedBytes = freedBytes;
  }
}

/** A directory on its way out. */
interface Frame {
  /** Its path: one name below the directory that is emptied, or that itself. */
  readonly slot: string;
  /** Where it was, and is put back when something below it will not go. */
  readonly from: string | Buffer;
  readonly mode: number;
  readonly entries: Buffer[];
}

/**
 * Removes everything below and tells how many bytes that freed. Each directory is moved up before it is
 * opened: what is opened is always one name, here.
 *
 * @param root The directory: `.`, but on Windows its path.
 * @throws {Stuck} When something of it will not go.
 */
export function emptyHere(here: Stats, root = "."): number {
  let freed = 0;
  let slots = 0;
  const frames: Frame[] = [];
  try {
    frames.push(enter(root, root, here));
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const entry = frame.entries.pop();
      if (entry === undefined) {
        if (frame.slot !== root) rmdirSync(frame.slot);
        frames.pop();
        continue;
      }
      const path = Buffer.concat([Buffer.from(`${frame.slot}/`), entry]);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) continue;
      if (found.isDirectory()) {
        const slot = `${root}/.agent-reaper-${process.pid}-${slots++}`;
        // A directory that changes its parent must be writable itself (rename(2)).
        if ((found.mode & 0o700) !== 0o700) chmodSync(path, 0o700);
        renameSync(path, slot);
        const moved = lstatSync(slot);
        // Exchanged between the two: whatever came along is no directory to walk into.
        if (moved.isDirectory()) frames.push(enter(slot, path, found));
        else unlinkSync(slot);
      } else {
        unlinkSync(path);
        if (found.isFile() && found.nlink === 1) freed += found.size;
      }
    }
    return freed;
  } catch (error) {
    for (const frame of frames.reverse()) putBack(frame);
    throw new Stuck(error, freed);
  }
}

/** From here on nobody else can write into it, not even through a working directory they have there. */
function enter(slot: string, from: string | Buffer, found: Stats): Frame {
  const mode = found.mode & 0o7777;
  try {
    if (mode !== 0o700) chmodSync(slot, 0o700);
    return { slot, from, mode, entries: readdirSync(slot, { encoding: "buffer" }) };
  } catch (error) {
    putBack({ slot, from, mode, entries: [] });
    throw error;
  }
}

function putBack({ slot, from, mode }: Frame): void {
  try {
    if (mode !== 0o700 && lstatSync(slot).isDirectory()) chmodSync(slot, mode);
    if (slot !== from) renameSync(slot, from);
  } catch {
    // What cannot be put back stays in the directory under another name, and the failure says that it did not go.
  }
}
