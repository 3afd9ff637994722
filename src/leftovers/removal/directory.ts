/**
 * Works in a directory that nobody else can bend, with the rights of the one it is for, and tells in words
 * what the system answers.
 *
 * @module
 */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
// deno-lint-ignore house/no-current-directory -- it is changed to resolve names against one directory for certain, never trusted
import { chdir, cwd, platform } from "node:process";
import { meaningOf } from "../../complaint.ts";
import { isOpenToOthers } from "../../ownership.ts";
import { Stuck } from "./tree.ts";

/** What became of something on disk. */
export interface Removal {
  readonly outcome: "removed" | "quarantined" | "gone" | "replaced" | "denied" | "failed";
  readonly because?: string;
  /** Sizes of the regular files whose last name went; a file with another name elsewhere frees nothing. */
  readonly freedBytes?: number;
}

/** An answer from further down. */
export class Stop extends Error {
  readonly removal: Removal;
  constructor(outcome: Removal["outcome"], because: string) {
    super(because);
    this.removal = { outcome, because };
  }
}

/**
 * Works in a directory that only its owner can change names in, whose path nobody else has bent. While it
 * runs that is the working directory; after it, what was it before is.
 *
 * @throws When the directory is not safe, or whatever `act` throws; `answerTo` has the words for it.
 */
export function inDirectory<T>(path: string, owner: number | string, act: (facts: Stats) => T): T {
  const home = whereWeAre();
  try {
    return asPerson(owner, () => inDirectoryAsIs(path, owner, act));
  } finally {
    goBack(home);
  }
}

/** Where the directory that `inDirectory` works in lies, behind whatever links lead there. */
export function realDirectory(path: string): string {
  return platform === "win32" ? realpathSync(path) : cwd();
}

/** As root for somebody: whatever they bend meanwhile, it is done with their rights and no more. */
export function asPerson<T>(owner: number | string, act: () => T): T {
  if (platform === "win32" || typeof owner !== "number" || owner === 0 || process.geteuid?.() !== 0) return act();
  process.seteuid?.(owner);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}

function inDirectoryAsIs<T>(path: string, owner: number | string, act: (facts: Stats) => T): T {
  if (bentBySomebody(path, owner)) throw new Stop("denied", "the way to it leads through a symlink of somebody else");
  if (platform !== "win32") chdir(path);
  const facts = statSync(platform === "win32" ? path : ".");
  checkBase(facts, owner);
  return act(facts);
}

function checkBase({ uid, gid, mode }: Stats, owner: number | string): void {
  if (platform === "win32") return;
  if (uid !== owner && uid !== 0) throw new Stop("denied", "the directory it lies in is somebody else's");
  if (isOpenToOthers({ uid, gid, mode })) throw new Stop("denied", "others can write to the directory it lies in");
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
