/**
 * `slots keep` of a slot on a server: the lock is its session's, so that it is the keeper that stays
 * connected. It leaves when the process ends that the slot is for, when somebody asks for the slot, and when
 * the connection is lost: the slot is lost with it, and another's perhaps.
 *
 * @module
 */
import { closeSync, writeSync } from "node:fs";
import { Complaint, EXIT } from "../../complaint.ts";
import type { Machine } from "../../contract.ts";
import { DEFAULT_NAME, identify, openServerSlots } from "./ground.ts";
import { type KeepOptions, lives, READY, SERVER_VARIABLE } from "./kept.ts";

const STDOUT = 1;
/** How often it is looked whether the process lives. */
const LOOK_MS = 200;
/** How often, without a handle, it is compared whether it is the same process. */
const COMPARE_MS = 10_000;
/** After so many looks, whether somebody asked for the slot. */
const LOOKS_TO_ASK = 5;

/** Runs `slots keep` for a slot of a server. */
export async function keepOnServer(
  { forPid, start, slot, name = DEFAULT_NAME, max = slot + 1 }: KeepOptions,
): Promise<number> {
  const { machine, store } = openServerSlots(process.env[SERVER_VARIABLE] ?? "", name);
  const isAlive = pin(machine, forPid, start);
  if (!isAlive()) return EXIT.cannotWorkHere;
  try {
    const held = await store.takeOver(slot, max);
    const command = `kept for ${identify(machine, forPid)?.name ?? "a process"}`;
    await held.tell({ pid: forPid, startToken: start, command, keeper: process.pid });
    let isLost = false;
    void held.lost.then(() => (isLost = true));
    // Whoever started us is gone, or the process: nobody will ever ask for the slot.
    if (isAlive() && say(READY)) {
      for (let looks = 1; !isLost && isAlive(); looks++) {
        if (looks % LOOKS_TO_ASK === 0 && await held.isAsked()) break;
        await Bun.sleep(LOOK_MS);
      }
    }
    await held.release();
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    say(error.message);
    return error.exitCode;
  }
}

/** Says something to whoever started us, once; false: there is nobody. */
function say(text: string): boolean {
  try {
    writeSync(STDOUT, text);
    closeSync(STDOUT);
    return true;
  } catch {
    return false;
  }
}

/**
 * Pins the process by a handle for its life. Where none is to be had (another user's, pid 1, macOS) that somebody has its
 * number is asked each time, and seldom whether it is still the same: there that runs another program.
 */
function pin(machine: Machine, pid: number, start: string): () => boolean {
  const now = identify(machine, pid);
  if (now?.startToken !== start) return () => false;
  const hold = machine.hold(now);
  if (!("refused" in hold) && hold.grip !== "start time, read again before each signal") return () => hold.alive();
  let comparedAt = -Infinity;
  return () => {
    if (machine.exists?.(pid) === false) return false;
    if (performance.now() - comparedAt < COMPARE_MS) return true;
    comparedAt = performance.now();
    return lives(machine, pid, start);
  };
}
