/**
 * Takes away what dead processes left, and nothing else, whoever else writes there meanwhile.
 *
 * There is no openat(2) in node:fs, so a path with several parts could be bent between two calls. Here
 * no such path is ever walked: what goes is first moved into a private directory, made for this removal
 * (mode 0700, ours), which is also the working directory meanwhile; every directory below is moved up
 * into the private one before it is opened. What is opened is always one name in a directory that only
 * we can write to. A move follows no symlink (rename(2)) and takes no mount point along (EBUSY), and
 * unlink(2) follows none either.
 *
 * What is moved in is `unsure` until it is known to be what was judged, and a number after: so a removal
 * that is killed half way can be finished by the next run (plugins/leftovers/own-debris.ts).
 *
 * What remains: others with our own user id can do what we can.
 *
 * @module
 */
import { lstatSync, mkdtempSync, readdirSync, renameSync, rmdirSync, type Stats, statSync, unlinkSync } from "node:fs";
import { basename, dirname, isAbsolute, resolve } from "node:path";
// deno-lint-ignore house/no-current-directory -- it is changed to resolve names against one directory for certain, never trusted
import { chdir, cwd, platform } from "node:process";
import { meaningOf } from "./complaint.ts";
import type { Leftover } from "./contract.ts";
import { sameOwner } from "./process.ts";
import { removeTree, Stuck } from "./removal/tree.ts";
import { isOpenToOthers } from "./staleness.ts";

/** What became of something on disk. */
export interface Removal {
  readonly outcome: "removed" | "quarantined" | "gone" | "replaced" | "denied" | "failed";
  readonly because?: string;
  /** Sizes of the regular files whose last name went; a file with another name elsewhere frees nothing. */
  readonly freedBytes?: number;
}

/** How leftovers are taken away. */
export interface Taking {
  /** Whose they must be: the user id of the person that we work for. */
  readonly owner: number | string;
  /** Asked right before each; an answer keeps it. */
  readonly again?: (leftover: Leftover) => Removal | undefined;
  /** Moves it elsewhere in place of removing it. It lies under this name in the working directory. */
  readonly keep?: (leftover: Leftover, name: string) => Removal;
}

/** What became of each, of those that were taken away together. */
export type Round = readonly (readonly [Leftover, Removal])[];

/** So many at a time: between two rounds others get to run, and a person to interrupt. */
const AT_ONCE = 64;

/** Takes leftovers away, in their order; those that lie side by side share a private directory. */
export function* takeAway(leftovers: Iterable<Leftover>, taking: Taking): Generator<Round> {
  let together: Leftover[] = [];
  for (const leftover of leftovers) {
    const last = together[0];
    const isFull = together.length === AT_ONCE;
    if (last !== undefined && (isFull || dirname(last.path) !== dirname(leftover.path))) {
      yield takeFrom(dirname(last.path), together, taking);
      together = [];
    }
    together.push(leftover);
  }
  if (together[0] !== undefined) yield takeFrom(dirname(together[0].path), together, taking);
}

/** Removes one leftover. */
export function removeLeftover(leftover: Leftover, owner: number | string): Removal {
  const [[, removal]] = takeFrom(dirname(leftover.path), [leftover], { owner }) as [[Leftover, Removal]];
  return removal;
}

/** An answer from further down. */
class Stop extends Error {
  readonly removal: Removal;
  constructor(outcome: Removal["outcome"], because: string) {
    super(because);
    this.removal = { outcome, because };
  }
}

/** The private directory, which is the working directory meanwhile. */
interface Room {
  readonly name: string;
  /** A name in it that nothing had yet. */
  readonly slot: () => string;
}

/** While it runs the working directory is ours; when it has answered it is what it was. */
function takeFrom(base: string, leftovers: readonly Leftover[], taking: Taking): Round {
  const answers: [Leftover, Removal][] = [];
  const home = whereWeAre();
  let room: Room | undefined;
  try {
    const isPlain = leftovers.every(({ path }) => isAbsolute(path) && resolve(path) === path && dirname(path) !== path);
    if (!isPlain) throw new Stop("failed", "its path is not an absolute and plain one");
    if (bentBySomebody(base, taking.owner)) {
      throw new Stop("denied", "the way to it leads through a symlink of somebody else");
    }
    chdir(base);
    const facts = statSync(".");
    checkBase(facts, taking.owner);
    for (const leftover of leftovers) {
      let removal: Removal;
      try {
        checkEntry(
          lstatSync(`${room === undefined ? "" : "../"}${basename(leftover.path)}`),
          leftover,
          facts,
          taking.owner,
        );
        removal = taking.again?.(leftover) ?? takeOne(room ??= enterRoom(), leftover, facts, taking);
      } catch (error) {
        removal = answerTo(error);
      }
      answers.push([leftover, removal]);
    }
  } catch (error) {
    const answer = answerTo(error);
    for (const leftover of leftovers.slice(answers.length)) answers.push([leftover, answer]);
  } finally {
    if (room !== undefined) leave(room);
    goBack(home);
  }
  return answers;
}

function enterRoom(): Room {
  const name = mkdtempSync(`.agent-reaper-${process.pid}-`);
  chdir(name);
  // Whoever owns the base could have put another directory where ours was made.
  const facts = lstatSync(".");
  const isOurs = platform === "win32" || (facts.uid === process.geteuid?.() && (facts.mode & 0o777) === 0o700);
  let slots = 0;
  if (isOurs && readdirSync(".").length === 0) return { name, slot: () => String(slots++) };
  chdir("..");
  throw new Stop("failed", "the private directory for it was exchanged");
}

function leave({ name }: Room): void {
  try {
    chdir("..");
    rmdirSync(name);
  } catch {
    // Something of a leftover is still in it, and the answer about that one said so.
  }
}

/** Takes one entry of the directory above. */
function takeOne(room: Room, leftover: Leftover, base: Stats, taking: Taking): Removal {
  const place = `../${basename(leftover.path)}`;
  const judged = lstatSync(place);
  checkEntry(judged, leftover, base, taking.owner);
  renameSync(place, "unsure");
  const moved = lstatSync("unsure");
  if (moved.ino !== judged.ino || moved.dev !== judged.dev) {
    renameSync("unsure", place);
    throw new Stop("replaced", "it was exchanged while it was being removed");
  }
  const slot = room.slot();
  renameSync("unsure", slot);
  if (taking.keep !== undefined) return keepOr(() => renameSync(slot, place), () => taking.keep?.(leftover, slot));
  if (!moved.isDirectory()) {
    unlinkSync(slot);
    return { outcome: "removed", freedBytes: moved.isFile() && moved.nlink === 1 ? moved.size : 0 };
  }
  try {
    return { outcome: "removed", freedBytes: removeTree(slot, moved, place, room.slot) };
  } catch (error) {
    const answer = answerTo(error);
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return answer;
    return {
      ...answer,
      outcome: "failed",
      because: `${answer.because}; what is left of it is in ${room.name} beside it`,
    };
  }
}

/** What cannot be kept goes back to where it was. */
function keepOr(putBack: () => void, keep: () => Removal | undefined): Removal {
  try {
    const kept = keep();
    if (kept?.outcome === "quarantined") return kept;
    putBack();
    return kept ?? { outcome: "failed" };
  } catch (error) {
    putBack();
    throw error;
  }
}

function checkBase({ uid, gid, mode }: Stats, owner: number | string): void {
  if (platform === "win32") return;
  if (uid !== owner && uid !== 0) throw new Stop("denied", "the directory it lies in is somebody else's");
  if (isOpenToOthers({ uid, gid, mode })) throw new Stop("denied", "others can write to the directory it lies in");
}

function checkEntry(entry: Stats, leftover: Leftover, base: Stats, owner: number | string): void {
  const { kind, modifiedAt, mode, identity } = leftover;
  const isKind = { directory: entry.isDirectory(), symlink: entry.isSymbolicLink(), file: entry.isFile() }[kind];
  if (!isKind) throw new Stop("replaced", `it is no ${kind} any more`);
  if (entry.dev !== base.dev) throw new Stop("failed", "another file system is mounted there");
  if (platform === "win32") return;
  if (!sameOwner(entry.uid, owner)) throw new Stop("denied", "it belongs to somebody else");
  const isSame = [undefined, identity].includes(identityOf(entry, identity)) &&
    (modifiedAt === undefined || Math.floor(modifiedAt) === Math.floor(entry.mtimeMs)) &&
    (mode === undefined || (mode & 0o7777) === (entry.mode & 0o7777));
  if (!isSame) throw new Stop("replaced", "it has changed since it was judged");
}

/** As backends tell it, where it was told. Beyond 2^53 node:fs does not tell inodes exactly. */
function identityOf({ dev, ino }: Stats, told: string | undefined): string | undefined {
  return told !== undefined && Number.isSafeInteger(ino) ? `${dev}:${ino}` : undefined;
}

/** Whether somebody else than the system or the owner has put a symlink on the way. */
function bentBySomebody(path: string, owner: number | string): boolean {
  if (platform === "win32") return false;
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() && found.uid !== owner && found.uid !== 0) return true;
  }
  return false;
}

/** A system's answer as an outcome, in words. */
export function answerTo(error: unknown): Removal {
  if (error instanceof Stop) return error.removal;
  if (error instanceof Stuck) return { ...answerTo(error.cause), freedBytes: error.freedBytes };
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return { outcome: "gone", because: "it was gone already" };
  if (code === "EBUSY" || code === "EXDEV") return { outcome: "failed", because: "something is mounted inside it" };
  return { outcome: code === "EACCES" || code === "EPERM" ? "denied" : "failed", because: meaningOf(error) };
}

function whereWeAre(): string | undefined {
  try {
    return cwd();
  } catch {
    return undefined;
  }
}

function goBack(home: string | undefined): void {
  try {
    chdir(home ?? "/");
  } catch {
    chdir("/");
  }
}
