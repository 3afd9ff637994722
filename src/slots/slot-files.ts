/**
 * The slots themselves: one file each, and whoever has its lock has the slot.
 *
 * Ours are never removed. In a directory that is shared with sqlite-graphrag a file that is there is a
 * slot that is taken, as the original sees it, so there a slot is given back by removing its file, with
 * its lock in hand (docs/decisions/slots-beside-sqlite-graphrag.md).
 *
 * @module
 */
import { readdirSync, unlinkSync } from "node:fs";
import type { LockFile } from "../contract.ts";
import { type Note, readNote } from "./note.ts";
import { isAt, openIfThere, openLock, type SlotGround } from "./turnstile.ts";

const SLOT = /^slot-(\d{1,5})\.lock$/;
/** For watches: what is closed or removed here may be a slot that came free. */
export const SLOT_NAMES: RegExp = /^slot-\d+\.lock$/;

/** The original makes the file and locks it a moment later: as young as this it counts as locked. */
const YOUNG_MS = 5_000;
/** A file from the future was made under another clock. */
const CLOCK_SLACK_MS = 1_000;
/** The original has written nothing into it yet; it may have been stopped just then. */
const EMPTY_MS = 60_000;

/** Slots as somebody sees them who wants one. Keeps the files open between two tries: closing one would wake others. */
export class SlotFiles {
  readonly #ground: SlotGround;
  readonly #open = new Map<number, LockFile>();
  #youngForMs: number | undefined;

  constructor(ground: SlotGround) {
    this.#ground = ground;
  }

  /** After how many milliseconds a slot that is too young to judge is old enough. */
  get youngForMs(): number {
    return this.#youngForMs ?? Infinity;
  }

  /** Takes the first free slot. With the turnstile in hand. */
  take(max: number): { readonly id: number; readonly file: LockFile } | undefined {
    this.#youngForMs = undefined;
    for (let id = 0; id < max; id++) {
      const file = this.#try(id);
      if (file === undefined) continue;
      this.#open.delete(id);
      return { id, file };
    }
    return undefined;
  }

  /** Lets go of all that were not taken. */
  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  #try(id: number): LockFile | undefined {
    const name = nameOf(id);
    let file = this.#open.get(id);
    if (file !== undefined && !isAt(this.#ground, name, file)) {
      file.close();
      this.#open.delete(id);
      file = undefined;
    }
    if (file === undefined) {
      const opened = openSlot(this.#ground, name);
      if (opened === undefined) return undefined;
      file = opened.file;
      this.#open.set(id, file);
      // Made by us just now: nobody else has a claim on it.
      if (opened.isNew) return file.tryLock("alone") && isAt(this.#ground, name, file) ? file : undefined;
    }
    const youngForMs = youngFor(this.#ground, file);
    if (youngForMs > 0) {
      this.#youngForMs = Math.min(this.youngForMs, youngForMs);
      return undefined;
    }
    if (!file.tryLock("alone")) return undefined;
    // Removed between opening and locking: the lock is on nothing that anybody else sees.
    if (isAt(this.#ground, name, file)) return file;
    file.close();
    this.#open.delete(id);
    return undefined;
  }
}

function openSlot(ground: SlotGround, name: string): { readonly file: LockFile; readonly isNew: boolean } | undefined {
  if (ground.place.compat === undefined) return { file: openLock(ground, name, "make"), isNew: false };
  try {
    return { file: openLock(ground, name, "as it is"), isNew: false };
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
  }
  try {
    return { file: openLock(ground, name, "make anew"), isNew: true };
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return undefined;
    throw error;
  }
}

/** For how much longer an unlocked file of the original's counts as locked. Trying its lock would make the original fail. */
function youngFor({ place }: SlotGround, file: LockFile): number {
  if (place.compat === undefined) return 0;
  const ageMs = Date.now() - file.facts().modifiedAt;
  return ageMs < -CLOCK_SLACK_MS ? 0 : Math.max(0, YOUNG_MS - ageMs);
}

/** How it stands with one slot. */
export interface SlotState {
  readonly id: number;
  readonly state: "taken" | "stale" | "free";
  readonly note: Note | undefined;
}

/** How it stands with all slots that have a file. With the turnstile in hand. */
export function lookAtSlots(ground: SlotGround): SlotState[] {
  return ids(ground).flatMap((id) => {
    const state = lookAtSlot(ground, id);
    return state === undefined ? [] : [state];
  });
}

/** How it stands with one slot; undefined when it has no file. With the turnstile in hand. */
export function lookAtSlot(ground: SlotGround, id: number): SlotState | undefined {
  const file = openIfThere(ground, nameOf(id), "look");
  if (file === undefined) return undefined;
  try {
    const note = readNote(file.read());
    if (youngFor(ground, file) > 0 || !file.tryLock("shared")) return { id, state: "taken", note };
    if (note === undefined && ground.place.compat === undefined) return { id, state: "free", note };
    return { id, state: "stale", note };
  } finally {
    file.close();
  }
}

/** Frees a slot whose holder is gone; undefined when there was nothing to free. With the turnstile in hand. */
export function freeIfStale(ground: SlotGround, id: number): SlotState | undefined {
  const file = openIfThere(ground, nameOf(id), "as it is");
  if (file === undefined) return undefined;
  try {
    if (youngFor(ground, file) > 0 || !file.tryLock("alone") || !isAt(ground, nameOf(id), file)) return undefined;
    const note = readNote(file.read());
    if (ground.place.compat === undefined) {
      if (note === undefined) return undefined;
    } else if (note === undefined && Date.now() - file.facts().modifiedAt < EMPTY_MS) {
      return undefined;
    }
    giveBack(ground, id, file);
    return { id, state: "stale", note };
  } finally {
    file.close();
  }
}

/** Gives a slot back whose lock we have, and wakes whoever waits at the head. */
export function giveBack(ground: SlotGround, id: number, file: LockFile): void {
  const name = nameOf(id);
  const path = `${ground.place.directory}/${name}`;
  try {
    if (ground.place.compat === undefined) file.write("");
    // Only what we have locked: a file that was put in its place is somebody else's slot.
    else if (isAt(ground, name, file)) unlinkSync(path);
  } catch {
    // The lock is what counts: a note that cannot be taken out says a dead process, and is seen to be stale.
  }
  file.unlock();
  try {
    // Where a grandchild still has our descriptor, nothing is closed that would wake anybody.
    ground.locks.open(path, "as it is").close();
  } catch {
    // It is gone, which wakes too.
  }
}

/** Asks the keeper of a slot to let go, by a line in its note. */
export function askKeeper(ground: SlotGround, id: number, line: string): void {
  const file = openIfThere(ground, nameOf(id), "as it is");
  if (file === undefined) return;
  try {
    file.write(file.read() + line);
  } finally {
    file.close();
  }
}

function ids({ place }: SlotGround): number[] {
  return readdirSync(place.directory)
    .flatMap((name) => {
      const id = SLOT.exec(name)?.[1];
      return id === undefined || nameOf(Number(id)) !== name ? [] : [Number(id)];
    })
    .sort((a, b) => a - b);
}

/** The file of a slot. */
export function nameOf(id: number): string {
  return `slot-${id}.lock`;
}
