/**
 * Takes away what dead processes left, and nothing else, whoever else writes there meanwhile.
 *
 * There is no openat(2) in node:fs, so a path with several parts could be bent between two calls. Here
 * no such path is ever walked. A directory is made the working directory and compared with what was
 * judged: from then on it is that one, whatever stands at its name. It is closed to others, and every
 * directory below is moved up into it before it is opened: what is opened is always one name, there. A
 * move takes no mount point along (EBUSY) and follows no symlink (rename(2)), nor does unlink(2).
 *
 * A file or link cannot be pinned so: its owner may put a new one there between the look and unlink(2). It
 * is first moved into a private directory, made for this (mode 0700, ours). What comes in is `unsure` until
 * it is known to be what was judged, and a number after: a removal that is killed in between is finished
 * by the next run (plugins/leftovers/own-debris.ts). A directory needs none, so a full disk can be cleaned.
 *
 * What remains: others with our own user id can do what we can.
 *
 * @module
 */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
// deno-lint-ignore house/no-current-directory -- it is changed to resolve names against one directory for certain, never trusted
import { chdir, platform } from "node:process";
import type { Leftover } from "../contract.ts";
import { sameOwner } from "../process.ts";
import { answerTo, inDirectory, type Removal, Stop } from "./removal/directory.ts";
import { place } from "./removal/place.ts";
import { emptyHere } from "./removal/tree.ts";

/** How leftovers are taken away. */
export interface Taking {
  /** Whose they must be: the user id of the person that we work for. */
  readonly owner: number | string;
  /** Asked right before each; an answer keeps it. `later`: in another round. */
  readonly again?: (leftover: Leftover) => Removal | "later" | undefined;
  /**
   * Keeps it elsewhere in place of removing it. `move` takes it there, and back again when it is not what
   * was judged; relative paths begin in the directory that it lies in.
   */
  readonly keep?: (leftover: Leftover, move: (to: string) => void) => Removal;
}

/** What became of each, of those that were taken away together. */
export type Round = readonly (readonly [Leftover, Removal])[];

/** So many at a time: between two rounds others get to run, and a person to interrupt. */
const AT_ONCE = 64;

/** Takes leftovers away, in their order. */
export function* takeAway(leftovers: Iterable<Leftover>, taking: Taking): Generator<Round> {
  let together: Leftover[] = [];
  for (const leftover of leftovers) {
    const last = together[0];
    const isFull = together.length === AT_ONCE;
    if (last !== undefined && (isFull || dirname(last.path) !== dirname(leftover.path))) {
      yield* takeTogether(together, taking);
      together = [];
    }
    together.push(leftover);
  }
  yield* takeTogether(together, taking);
}

/** Those of one directory, in as many rounds as are asked for. */
function* takeTogether(leftovers: readonly Leftover[], taking: Taking): Generator<Round> {
  for (let left = leftovers; left[0] !== undefined;) {
    const round = takeFrom(dirname(left[0].path), left, taking);
    yield round;
    left = left.slice(round.length);
  }
}

/** Removes one leftover. */
export function removeLeftover(leftover: Leftover, owner: number | string): Removal {
  const [[, removal]] = takeFrom(dirname(leftover.path), [leftover], { owner }) as [[Leftover, Removal]];
  return removal;
}

/** While it runs the working directory is ours; when it has answered it is what it was. */
function takeFrom(base: string, leftovers: readonly Leftover[], taking: Taking): Round {
  const answers: [Leftover, Removal][] = [];
  let room: string | undefined;
  try {
    const isPlain = leftovers.every(({ path }) => isAbsolute(path) && resolve(path) === path && dirname(path) !== path);
    if (!isPlain) throw new Stop("failed", "its path is not an absolute and plain one");
    inDirectory(base, taking.owner, (facts) => {
      try {
        for (const leftover of leftovers) {
          let removal: Removal;
          try {
            const answer = taking.again?.(leftover);
            if (answer === "later") break;
            removal = answer ?? takeOne(leftover, facts, taking, () => room ??= makeRoom(base));
          } catch (error) {
            removal = answerTo(error);
          }
          answers.push([leftover, removal]);
          checkPlace(facts);
        }
      } finally {
        if (room !== undefined) leaveRoom(room);
      }
    });
  } catch (error) {
    const answer = answerTo(error);
    for (const leftover of leftovers.slice(answers.length)) answers.push([leftover, answer]);
  }
  return answers;
}

/** A directory that was moved while we were in it leads out to another place than it did in. */
function checkPlace(base: Stats): void {
  if (platform === "win32") return;
  if (!isSame(statSync("."), base)) throw new Stop("failed", "the directory it lies in was exchanged");
}

/**
 * What an entry of the working directory is called from there. On Windows relative names are not looked up where the
 * working directory is (Bun 1.4.5, tried under Wine).
 */
export function fromHere(path: string): string {
  return platform === "win32" ? path : basename(path);
}

/** Takes one entry of the working directory. */
function takeOne(leftover: Leftover, base: Stats, taking: Taking, room: () => string): Removal {
  const name = fromHere(leftover.path);
  const judged = lstatSync(name);
  checkEntry(judged, leftover, base, taking.owner);
  if (taking.keep !== undefined) {
    return taking.keep(leftover, (to) => {
      renameSync(name, to);
      checkMoved(to, name, judged);
    });
  }
  if (judged.isDirectory()) return removeDirectory(name, judged);
  const inside = room();
  const unsure = `${inside}/unsure`;
  renameSync(name, unsure);
  checkMoved(unsure, name, judged);
  const sure = `${inside}/0`;
  let at = unsure;
  try {
    renameSync(unsure, sure);
    at = sure;
    unlinkSync(sure);
  } catch (error) {
    putBack(at, name);
    throw error;
  }
  return { outcome: "removed", freedBytes: judged.isFile() && judged.nlink === 1 ? judged.size : 0 };
}

function removeDirectory(name: string, judged: Stats): Removal {
  if (platform === "win32") {
    const freedBytes = emptyHere(judged, name);
    rmdirSync(name);
    return { outcome: "removed", freedBytes };
  }
  // Without these bits nobody but root gets in.
  if ((judged.mode & 0o700) !== 0o700) chmodSync(name, 0o700);
  chdir(name);
  let freedBytes: number;
  try {
    if (!isSame(statSync("."), judged)) throw new Stop("replaced", "it was exchanged while it was being removed");
    freedBytes = emptyHere(judged);
  } finally {
    chdir("..");
  }
  try {
    rmdirSync(name);
  } catch (error) {
    return { ...answerTo(error), freedBytes };
  }
  return { outcome: "removed", freedBytes };
}

/** What was moved is what was judged, or it goes back. */
function checkMoved(to: string, from: string, judged: Stats): void {
  let isIt: boolean;
  try {
    isIt = isSame(lstatSync(to), judged);
  } catch (error) {
    putBack(to, from);
    throw error;
  }
  if (isIt) return;
  putBack(to, from);
  throw new Stop("replaced", "it was exchanged while it was being removed");
}

/**
 * Back to where it was, unless something is there by now.
 *
 * @throws {Stop} Where that cannot be done: it says where it is.
 */
function putBack(at: string, name: string): void {
  if (!isPutBack(at, name)) throw new Stop("failed", `it could neither be taken away nor put back, and is ${at} now`);
}

/** What a file system answers on which a file has one name (FAT, some that are not of this machine). */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

function isPutBack(at: string, name: string): boolean {
  try {
    const moved = lstatSync(at);
    try {
      place(at, moved.isDirectory() ? "directory" : moved.isSymbolicLink() ? "symlink" : "file", name);
    } catch (error) {
      const there = lstatSync(name, { throwIfNoEntry: false });
      if (there !== undefined) return isSame(there, moved);
      if (!WITHOUT_LINKS.has((error as NodeJS.ErrnoException).code ?? "")) return false;
      renameSync(at, name);
    }
    return true;
  } catch {
    return false;
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

/** A directory in the working directory that nobody else can write to. */
function makeRoom(base: string): string {
  const prefix = `.agent-reaper-${process.pid}-`;
  const name = mkdtempSync(platform === "win32" ? join(base, prefix) : prefix);
  let isOurs: boolean;
  try {
    isOurs = isPrivate(name);
  } catch (error) {
    leaveRoom(name);
    throw error;
  }
  if (isOurs) return name;
  throw new Stop("failed", "the private directory for it was exchanged");
}

/** Whoever owns the base could have put another directory where ours was made. */
function isPrivate(room: string): boolean {
  const facts = lstatSync(room);
  const isOurs = platform === "win32" || (facts.uid === process.geteuid?.() && (facts.mode & 0o777) === 0o700);
  return facts.isDirectory() && isOurs && readdirSync(room).length === 0;
}

function leaveRoom(name: string): void {
  try {
    rmdirSync(name);
  } catch {
    // Something of a leftover is still in it, and the answer about that one said so.
  }
}

function checkEntry(entry: Stats, leftover: Leftover, base: Stats, owner: number | string): void {
  const { kind, modifiedAt, mode, identity } = leftover;
  const isKind = { directory: entry.isDirectory(), symlink: entry.isSymbolicLink(), file: entry.isFile() }[kind];
  if (!isKind) throw new Stop("replaced", `it is no ${kind} any more`);
  if (entry.dev !== base.dev) throw new Stop("failed", "another file system is mounted there");
  if (platform === "win32") return;
  if (!sameOwner(entry.uid, owner)) throw new Stop("denied", "it belongs to somebody else");
  const isUnchanged = [undefined, identity].includes(identityOf(entry, identity)) &&
    (modifiedAt === undefined || Math.floor(modifiedAt) === Math.floor(entry.mtimeMs)) &&
    (mode === undefined || (mode & 0o7777) === (entry.mode & 0o7777));
  if (!isUnchanged) throw new Stop("replaced", "it has changed since it was judged");
}

/** As backends tell it, where it was told. Beyond 2^53 node:fs does not tell inodes exactly. */
export function identityOf({ dev, ino }: Stats, told: string | undefined): string | undefined {
  return told !== undefined && Number.isSafeInteger(ino) ? `${dev}:${ino}` : undefined;
}
