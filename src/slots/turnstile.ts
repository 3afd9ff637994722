/**
 * The turnstile: whoever tries a slot, looks at one or joins the queue has it in hand meanwhile, for
 * microseconds. So a look never makes a free slot seem taken, and arrival has an order.
 *
 * @module
 */
import type { LockFile, LockOpening, Locks, Viewer } from "../contract.ts";
import { giveOver } from "../state.ts";
import { checkFile } from "./place.ts";
import type { SlotPlace } from "./paths.ts";

/** What everything here works with. */
export interface SlotGround {
  readonly locks: Locks;
  readonly place: SlotPlace;
  readonly viewer: Pick<Viewer, "uid">;
}

/** Opens a lock file of this place, made for the person, and checks it. */
export function openLock({ locks, place, viewer }: SlotGround, name: string, opening: LockOpening): LockFile {
  const path = `${place.directory}/${name}`;
  const file = locks.open(path, opening);
  try {
    if (opening === "make" || opening === "make anew") giveOver(file, viewer);
    checkFile(path, file.facts(), viewer, place.compat !== undefined);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The same where there is such a file. */
export function openIfThere(ground: SlotGround, name: string, opening: "look" | "as it is"): LockFile | undefined {
  try {
    return openLock(ground, name, opening);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether the path still leads to this very file: somebody may have removed it and made another one. */
export function isAt({ locks, place }: SlotGround, name: string, file: LockFile): boolean {
  return locks.facts(`${place.directory}/${name}`)?.identity === file.facts().identity;
}

/** The turnstile's file, beside the slots; the program that shares them does not look at it. */
const NAME = "agent-reaper-turnstile.lock";

/** Whether anybody of ours has ever wanted a slot here. */
export function hasTurnstile({ locks, place }: SlotGround): boolean {
  return locks.facts(`${place.directory}/${NAME}`) !== undefined;
}

/** Does something with the turnstile in hand. Undefined: nobody let us through in time. */
export function pass<T>(ground: SlotGround, forMs: number, inside: () => T): T | undefined {
  const until = performance.now() + forMs;
  for (;;) {
    const file = openLock(ground, NAME, "make");
    try {
      if (!file.lock("alone", until - performance.now())) return undefined;
      if (isAt(ground, NAME, file)) return inside();
    } finally {
      file.close();
    }
  }
}
