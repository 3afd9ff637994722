/**
 * Files of the person's that are changed: read as they are, written whole or not at all, the old text
 * kept beside our own things. Whatever is in the way is told in one line.
 *
 * @module
 */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Complaint, EXIT, meaningOf } from "../complaint.ts";
import { discard } from "../discard.ts";
import { visible } from "../text.ts";

/** One file, before and after; undefined where it is not there. */
export interface Change {
  /** What is written to: a link's target, not the link. */
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** Of a file that is made, or whose mode is to be another. */
  readonly mode?: number;
  /** All of it is ours: there is nothing in it to look at line by line. */
  readonly isOurs?: boolean;
}

/** What a file holds now. */
export interface Held {
  readonly path: string;
  readonly bytes: Buffer | undefined;
  readonly mode: number | undefined;
}

const MOST_BYTES = 4 * 1024 * 1024;

/** Reads a file that may be changed; one that is not there holds nothing. */
export function held(path: string): Held {
  return tried(path, () => {
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link === undefined) return { path, bytes: undefined, mode: undefined };
    if (link.isSymbolicLink() && statSync(path, { throwIfNoEntry: false }) === undefined) {
      throw new Complaint(`${visible(path)}: leads to ${visible(readlinkSync(path))}, where nothing is: mend the link`);
    }
    const target = realpathSync(path);
    const found = statSync(target);
    if (found.isDirectory()) throw new Complaint(`${visible(path)}: is a directory: name a file with --file`);
    if (!found.isFile()) throw new Complaint(`${visible(path)}: is no regular file: name another with --file`);
    if (found.size > MOST_BYTES) {
      throw new Complaint(`${visible(path)}: is larger than 4 MiB: name another with --file`);
    }
    const bytes = readFileSync(target);
    if (/^(?:\xff\xfe|\xfe\xff)/.test(bytes.subarray(0, 2).toString("latin1"))) {
      throw new Complaint(`${visible(path)}: is UTF-16: save it as UTF-8 first`);
    }
    return { path: target, bytes, mode: found.mode & 0o7777 };
  });
}

/** Whether it changes anything. */
export function isChange({ before, after }: Change): boolean {
  return before === undefined || after === undefined ? before !== after : !before.equals(after);
}

/** Keeps what was there in the state directory, for the person alone, and tells where. */
export function keep({ path, before }: Change, state: string): string | undefined {
  if (before === undefined) return undefined;
  const stamp = new Date().toISOString().replaceAll(/[-:]|\..*/g, "");
  const name = `before-${basename(path).replace(/^\./, "")}-${stamp}-${Bun.hash(path).toString(36)}`;
  const kept = join(state, name);
  write({ path: kept, before: undefined, after: before, mode: 0o600 });
  return kept;
}

/** Writes the change, for the person whom the place belongs to also where we are root. */
export function write({ path, after, mode }: Change): void {
  tried(path, () => {
    if (after === undefined) return unlinkSync(path);
    const old = statSync(path, { throwIfNoEntry: false });
    makeDirectory(dirname(path));
    const owner = old ?? statSync(dirname(path));
    const part = `${path}.${process.pid}.part`;
    try {
      const fd = openSync(part, "wx", 0o600);
      try {
        writeFileSync(fd, after);
        if (process.geteuid?.() === 0) fchownSync(fd, owner.uid, owner.gid);
        fchmodSync(fd, mode ?? (old === undefined ? 0o644 : old.mode & 0o7777));
      } finally {
        closeSync(fd);
      }
      renameSync(part, path);
    } catch (error) {
      discard(part);
      // A directory that is not ours to write to, around a file that is.
      if (old === undefined || !["EACCES", "EPERM", "EROFS", "EBUSY"].includes((error as { code: string }).code)) {
        throw error;
      }
      writeFileSync(path, after);
    }
  });
}

/** Under sudo a directory that is made belongs to whom the one above it does, or the person could not write there. */
function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined || process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(first));
  for (let at = path; at.length >= first.length; at = dirname(at)) lchownSync(at, uid, gid);
}

/** Whether it is still as it was when the change was shown: a person may take their time to answer. */
export function isAsShown({ path, before }: Change): boolean {
  const { bytes } = held(path);
  return before === undefined || bytes === undefined ? before === bytes : bytes.equals(before);
}

function tried<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(
      `${visible(path)}: ${meaningOf(error)}: make it writable, or see agent-reaper hook print --help`,
      EXIT.cannotWorkHere,
    );
  }
}
