/**
 * What lies in quarantine, as the state directory has it on record: a directory for each run, in it a
 * line for each thing that was taken. The line is written before anything is moved, so after a kill -9
 * nothing is there of which nobody knows; whether it got there, the disk itself tells.
 *
 * @module
 */
import { closeSync, constants, lstatSync, readdirSync, rmdirSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Leftover } from "../contract.ts";
import { identityOf } from "../leftovers/removal.ts";
import { openRegular, readRegular } from "../regular-file.ts";

const MANIFEST = "manifest.ndjson";
const ID = /^\d{8}-\d{6}-\d+$/;

/** One thing that was taken. */
export interface Kept {
  /** Where it was. */
  readonly from: string;
  /** The directory that it lay in, behind whatever links lead there. */
  readonly inside: string;
  /** Where it lies now. */
  readonly at: string;
  readonly kind: Leftover["kind"];
  /** Its device and inode, which a move keeps. */
  readonly identity?: string;
  readonly bytes?: number;
  readonly family: string;
  readonly because: string;
}

/** What one run took. */
export interface Batch {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly takenAt: number;
  /** Those that are still there. */
  readonly kept: readonly Kept[];
}

/** Where the quarantine lies below a state directory. */
export function quarantinePath(state: string): string {
  return join(state, "quarantine");
}

/** The name of a run: when it was, and its pid. */
export function batchId(now: number, pid: number): string {
  return `${new Date(now).toISOString().replace(/\.\d+Z$/, "").replaceAll(/[-:]/g, "").replace("T", "-")}-${pid}`;
}

/** Notes what is about to be moved. */
export function note(state: string, id: string, kept: Kept): void {
  // A line that a full disk tore off must not spoil the next one.
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants;
  const { fd } = openRegular(
    join(quarantinePath(state), id, MANIFEST),
    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW,
    0o600,
  );
  try {
    writeFileSync(fd, `\n${JSON.stringify(kept)}\n`);
  } finally {
    closeSync(fd);
  }
}

/** Everything that is in quarantine, the newest first. */
export function batches(state: string): Batch[] {
  const path = quarantinePath(state);
  return runs(path).reverse().map((id) => ({ id, takenAt: timeOf(id), kept: readManifest(join(path, id)) }));
}

/** The runs that have a directory. What cannot be listed is not empty for that. */
function runs(path: string): string[] {
  try {
    return readdirSync(path).filter((name) => ID.test(name)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** What lies in the directories of runs and of which no line tells: where it was is not known any more. */
export function unrecorded(state: string): string[] {
  const path = quarantinePath(state);
  return runs(path).flatMap((id) => {
    // By its name there: the way to the state directory may have been another one.
    const known = new Set(readManifest(join(path, id)).map(({ at }) => basename(at)));
    const there = lstatSync(join(path, id)).isDirectory() ? readdirSync(join(path, id)) : [];
    return there.filter((name) => name !== MANIFEST && !known.has(name)).map((name) => join(path, id, name));
  });
}

function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(
    id,
  ) as unknown as string[];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function readManifest(directory: string): Kept[] {
  let text: string;
  try {
    text = readRegular(join(directory, MANIFEST)).bytes.toString();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    const kept = parse(line);
    return kept !== undefined && isThere(kept) ? [kept] : [];
  });
}

function parse(line: string): Kept | undefined {
  try {
    const kept = JSON.parse(line) as Partial<Kept>;
    const { from, at, kind, inside } = kept;
    const isPath = (path: unknown): path is string => typeof path === "string" && isAbsolute(path);
    const isWhole = isPath(from) && isPath(at) &&
      (kind === "file" || kind === "directory" || kind === "symlink");
    if (!isWhole) return undefined;
    return { family: "?", because: "", ...kept, from, at, kind, inside: isPath(inside) ? inside : dirname(from) };
  } catch {
    return undefined;
  }
}

/** It got there, and nobody has put another in its place. */
export function isThere({ at, identity }: Kept): boolean {
  const facts = lstatSync(at, { throwIfNoEntry: false });
  return facts !== undefined && [undefined, identity].includes(identityOf(facts, identity));
}

/** A record that cannot be read, or beside which something lies, may be all that tells where that belongs. */
function mayBeNeeded(own: string): boolean {
  try {
    return readManifest(own).length > 0 || readdirSync(own).some((name) => name !== MANIFEST);
  } catch {
    return true;
  }
}

/** Takes away what a run needs no more: its directories, where nothing is left in them. */
export function forget(state: string, id: string, before: readonly Kept[]): void {
  const own = join(quarantinePath(state), id);
  const beside = new Set(before.map(({ at }) => dirname(at)).filter((directory) => directory !== own));
  for (const directory of beside) quietly(() => rmdirSync(directory));
  if (mayBeNeeded(own)) return;
  quietly(() => unlinkSync(join(own, MANIFEST)));
  quietly(() => rmdirSync(own));
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // Something is still in it.
  }
}
