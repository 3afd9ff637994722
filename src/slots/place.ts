/**
 * Makes sure that slots are kept where nobody else can write.
 *
 * @module
 */
import { lchownSync, lstatSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Complaint, EXIT, meaningOf } from "../complaint.ts";
import type { FileFacts, Viewer } from "../contract.ts";
import { prepareState } from "../state.ts";
import { visible } from "../text.ts";
import { type SlotPlace, slotsRoot } from "./paths.ts";

/**
 * Makes the directory where it is missing, and makes sure that nobody else can write to it.
 *
 * @throws {Complaint} When it cannot be made or is not safe.
 */
export function preparePlace(place: SlotPlace, viewer: Pick<Viewer, "uid">): void {
  if (place.state !== undefined) {
    prepareState(place.state, viewer);
    prepareState(slotsRoot(place.state), viewer);
    prepareState(place.directory, viewer);
    return;
  }
  try {
    makeFor(place.directory, viewer);
    for (const path of [dirname(place.directory), place.directory]) checkShared(path, viewer);
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(
      `${visible(place.directory)}: ${meaningOf(error)}: make it writable, or leave --compat away`,
      EXIT.cannotWorkHere,
    );
  }
}

function makeFor(path: string, { uid }: Pick<Viewer, "uid">): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (first === undefined || typeof uid !== "number" || process.geteuid?.() !== 0 || uid === 0) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) lchownSync(at, uid, -1);
}

/** Theirs are made with the person's umask: where everybody has a group of their own, writable by that group. */
function checkShared(path: string, { uid }: Pick<Viewer, "uid">): void {
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new Complaint(`${visible(path)}: is no directory: move it away`);
  if (process.platform === "win32") return;
  if (found.uid !== uid) {
    throw new Complaint(`${visible(path)}: belongs to another user (${found.uid}): move it away`, EXIT.cannotWorkHere);
  }
  if (isOpenToOthers(found.mode, found.gid)) {
    throw new Complaint(`${visible(path)}: others can write to it: chmod 700 it`, EXIT.cannotWorkHere);
  }
}

function isOpenToOthers(mode: number, gid: number): boolean {
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== process.getegid?.());
}

/**
 * Whether a slot's file can be trusted as one.
 *
 * @throws {Complaint} When it is somebody else's or no plain file.
 */
export function checkFile(path: string, facts: FileFacts, viewer: Pick<Viewer, "uid">, compat: boolean): void {
  const refuse = (what: string): never => {
    throw new Complaint(`${visible(path)}: ${what}: move it away`, EXIT.cannotWorkHere);
  };
  if (!facts.isFile) refuse("is no regular file");
  if (facts.links > 1) refuse("has another name elsewhere");
  if (facts.uid === undefined || facts.mode === undefined) return;
  if (facts.uid !== viewer.uid) refuse(`belongs to another user (${facts.uid})`);
  // Theirs lie in a directory that was checked, and are made with the person's umask.
  if ((facts.mode & (compat ? 0o002 : 0o022)) !== 0) refuse("others can write to it");
}
