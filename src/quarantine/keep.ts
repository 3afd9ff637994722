/**
 * Takes leftovers into quarantine in place of removing them: into the state directory, or where that is
 * on another file system, into a private directory beside them. A move is all it takes, whatever the size.
 *
 * @module
 */
import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { meaningOf } from "../complaint.ts";
import type { Viewer } from "../contract.ts";
import { fromHere, removeLeftover } from "../leftovers/removal.ts";
import { answerTo, asPerson, realDirectory, type Removal } from "../leftovers/removal/directory.ts";
import type { LeftoverFinding } from "../report.ts";
import { makePrivate, prepareState } from "../state.ts";
import { batches, batchId, forget, type Kept, note, quarantinePath } from "./manifest.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** After so long nobody asks for it any more. */
export const KEPT_DAYS = 30;
/** Beyond this the oldest go; what the last run took always stays. */
export const MOST_BYTES: number = 10 * 1024 ** 3;

/** One run's quarantine. */
export class Quarantine {
  readonly id: string;
  readonly #state: string;
  readonly #viewer: Viewer;
  readonly #beside: Set<string> = new Set();
  #isMade = false;
  #taken = 0;

  constructor(state: string, viewer: Viewer, now: number = Date.now()) {
    this.id = batchId(now, process.pid);
    this.#state = state;
    this.#viewer = viewer;
  }

  /** Takes one; `move` begins in the directory that it lies in. */
  take({ leftover, family, because }: LeftoverFinding, move: (to: string) => void): Removal {
    const { path, kind, identity, bytes } = leftover;
    const keep = (directory: string, to: string): Removal => {
      const name = String(this.#taken++);
      const kept: Kept = {
        from: path,
        inside: realDirectory(dirname(path)),
        at: join(directory, name),
        kind,
        ...(identity === undefined ? {} : { identity }),
        ...(bytes === undefined ? {} : { bytes }),
        family,
        because,
      };
      note(this.#state, this.id, kept);
      move(join(to, name));
      return { outcome: "quarantined", because: `agent-reaper undo ${this.id} puts it back` };
    };
    try {
      this.#make();
    } catch (error) {
      return { outcome: "failed", because: `there is no quarantine for it: ${(error as Error).message}` };
    }
    const own = join(quarantinePath(this.#state), this.id);
    try {
      return keep(own, own);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    }
    const beside = join(dirname(path), `.agent-reaper-quarantine-${this.id}`);
    if (!this.#beside.has(beside)) makePrivate(fromHere(beside), this.#viewer);
    this.#beside.add(beside);
    return keep(beside, fromHere(beside));
  }

  #make(): void {
    if (this.#isMade) return;
    prepareState(this.#state, this.#viewer);
    const path = quarantinePath(this.#state);
    try {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) makePrivate(path, this.#viewer);
      makePrivate(join(path, this.id), this.#viewer);
    } catch (error) {
      throw new Error(meaningOf(error));
    }
    this.#isMade = true;
  }
}

/** Removes what was kept for too long, or is too much. Says how much went. */
export function expire(state: string, { uid }: Pick<Viewer, "uid">, now: number = Date.now()): number {
  return asPerson(uid, () => expireNow(state, uid, now));
}

function expireNow(state: string, uid: Viewer["uid"], now: number): number {
  let kept = 0;
  let removed = 0;
  for (const [at, batch] of batches(state).entries()) {
    // Of a run whose record could not be read when the last of it went. One that is at work has put nothing there yet.
    if (batch.kept.length === 0) {
      if (now - batch.takenAt > DAY_MS) forget(state, batch.id, []);
      continue;
    }
    kept += batch.kept.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    if (now - batch.takenAt <= KEPT_DAYS * DAY_MS && (at === 0 || kept <= MOST_BYTES)) continue;
    removed += discard(state, batch.id, batch.kept, uid).filter(({ outcome }) => outcome === "removed").length;
  }
  return removed;
}

/** Removes for good what one run took. */
export function discard(state: string, id: string, kept: readonly Kept[], owner: number | string): Removal[] {
  const removals = kept.map(({ at, kind, identity }) => {
    try {
      return removeLeftover({ path: at, kind, ...(identity === undefined ? {} : { identity }) }, owner);
    } catch (error) {
      return answerTo(error);
    }
  });
  forget(state, id, kept);
  return removals;
}
