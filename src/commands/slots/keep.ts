/**
 * `slots keep`: the process that `slots acquire` leaves behind. It has the slot's lock and nothing else
 * to do than to wait until the process ends that the slot is for, or until somebody asks for the slot.
 *
 * It is nobody's orphan: without a terminal, in the root directory, with an empty environment but for
 * the mark that says to keep it.
 *
 * @module
 */
import { closeSync, writeSync } from "node:fs";
import { EXIT } from "../../complaint.ts";
import type { LockFile } from "../../contract.ts";
import { readNote, writeNote } from "../../slots/note.ts";
import { giveBack, nameOf } from "../../slots/slot-files.ts";
import { openSlotsAt } from "./ground.ts";
import { type KeepOptions, lives, READY } from "./kept.ts";

/** Where `slots acquire` has put the lock. */
const LOCK_FD = 3;
const STDOUT = 1;
/** What an event might not tell: a number that was given away where nothing tells of an end. */
const LOOK_MS = 60_000;

/** Runs `slots keep`. */
export async function keep(options: KeepOptions): Promise<number> {
  const { forPid, start, slot, directory, compat } = options;
  if (directory === undefined) {
    const { keepOnServer } = await import("./keep-on-server.ts");
    return await keepOnServer(options);
  }
  const { ground, machine } = openSlotsAt(directory, compat);
  const file = ground.locks.adopt(LOCK_FD);
  const escaped = new RegExp(`^${nameOf(slot).replaceAll(".", "\\.")}$`);
  const watch = ground.locks.watch(directory, escaped, forPid);
  // Asked after the watch began: who ends from now on wakes us.
  if (!lives(machine, forPid, start)) return EXIT.cannotWorkHere;
  introduce(file);
  writeSync(STDOUT, READY);
  closeSync(STDOUT);
  for (let looked = performance.now();;) {
    const happened = watch.wait(LOOK_MS);
    if (isAsked(file)) break;
    if (!happened && performance.now() - looked < LOOK_MS) continue;
    looked = performance.now();
    if (!lives(machine, forPid, start)) break;
  }
  giveBack(ground, slot, file);
  return EXIT.fine;
}

/** Says in the note who keeps the slot and can be asked for it. */
function introduce(file: LockFile): void {
  try {
    const { holder, since, max } = readNote(file.read()) ?? {};
    if (holder === undefined) return;
    file.write(writeNote({ ...holder, keeper: process.pid }, new Date(since ?? Date.now()), max ?? 1));
  } catch {
    // A full disk: it cannot be asked, and goes when its process does.
  }
}

function isAsked(file: LockFile): boolean {
  try {
    return readNote(file.read())?.asked === true;
  } catch {
    return false;
  }
}
