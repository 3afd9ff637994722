/**
 * Where the program remembers things between runs: one private directory of the person's. Whoever can
 * write there decides what we believe, so it must be theirs alone.
 *
 * @module
 */
import { accessSync, constants, fchownSync, lchownSync, lstatSync, mkdirSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { Complaint, EXIT, meaningOf } from "./complaint.ts";
import type { LockFile, Viewer } from "./contract.ts";
import { visible } from "./text.ts";

export { statePath } from "./unattended.ts";

/** Makes a directory that is the person's alone; under sudo it is given to them. */
export function makePrivate(path: string, { uid }: Pick<Viewer, "uid">): void {
  mkdirSync(path, { mode: 0o700 });
  if (typeof uid === "number" && process.geteuid?.() === 0 && uid !== 0) lchownSync(path, uid, -1);
}

/**
 * Makes the state directory, and makes sure that it is the person's alone.
 *
 * @throws {Complaint} When it cannot be made or is not safe; whoever can go on without it catches that.
 */
export function prepareState(path: string, { uid }: Pick<Viewer, "uid">): void {
  try {
    const first = mkdirSync(path, { recursive: true, mode: 0o700 });
    // Under sudo the directory is the person's, or they could not write there later.
    if (first !== undefined && typeof uid === "number" && process.geteuid?.() === 0 && uid !== 0) {
      for (let at = path; at.length >= first.length; at = dirname(at)) lchownSync(at, uid, -1);
    }
    expectPrivate(path, uid);
  } catch (error) {
    throw notKept(path, error);
  }
}

/** Under sudo what we make is root's: it is the person's, or they could not open it later. */
export function giveOver(file: LockFile, { uid }: Pick<Viewer, "uid">): void {
  if (typeof uid !== "number" || uid === 0 || process.geteuid?.() !== 0 || file.fd === undefined) return;
  const { uid: owner, links } = file.facts();
  // Of two names one may be another's file.
  if (owner === 0 && links === 1) fchownSync(file.fd, uid, -1);
}

/** What stands against remembering anything there, as far as can be told without making it. */
export function stateTrouble(path: string, { uid }: Pick<Viewer, "uid">): string | undefined {
  try {
    let at = path;
    while (lstatSync(at, { throwIfNoEntry: false }) === undefined && dirname(at) !== at) at = dirname(at);
    if (at === path) expectPrivate(path, uid);
    accessSync(at, constants.W_OK | constants.X_OK);
    const { blocks, bfree, bavail } = statfsSync(at);
    if (blocks > 0 && (uid === 0 ? bfree : bavail) === 0) throw Object.assign(new Error(), { code: "ENOSPC" });
    return undefined;
  } catch (error) {
    return notKept(path, error).message;
  }
}

function expectPrivate(path: string, uid: Viewer["uid"]): void {
  const found = lstatSync(path);
  if (!found.isDirectory()) throw isNone(path);
  if (process.platform === "win32") return;
  if (found.uid !== uid) {
    throw new Complaint(`${visible(path)}: belongs to another user (${found.uid}): move it away`, EXIT.cannotWorkHere);
  }
  if ((found.mode & 0o022) !== 0) {
    throw new Complaint(`${visible(path)}: others can write to it: chmod 700 it`, EXIT.cannotWorkHere);
  }
}

/** Why nothing can be kept at a place of the state directory. */
export function notKept(path: string, error: unknown): Complaint {
  if (error instanceof Complaint) return error;
  if ((error as { code?: unknown }).code === "EEXIST") return isNone(path);
  return new Complaint(
    `${visible(path)}: ${meaningOf(error)}: make it writable, or name another place in AGENT_REAPER_STATE`,
    EXIT.cannotWorkHere,
  );
}

function isNone(path: string): Complaint {
  return new Complaint(`${visible(path)}: is no directory: move it away`, EXIT.cannotWorkHere);
}
