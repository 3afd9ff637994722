/**
 * `pause` and `resume`: everything that nobody watches stands still for a while.
 *
 * @module
 */
import { closeSync, constants, fchownSync, futimesSync, rmSync } from "node:fs";
import { Complaint, EXIT, type ExitCode, meaningOf } from "../complaint.ts";
import { openMachine } from "../machine.ts";
import { PAUSE, pausedUntil } from "../unattended.ts";
import { builtin } from "../plugins.ts";
import { notRegular, openRegular } from "../regular-file.ts";
import { prepareState, statePath } from "../state.ts";
import { print } from "../terminal.ts";
import { visible, when } from "../text.ts";

/** Runs `pause`. */
export async function pause(forMs: number): Promise<ExitCode> {
  const { path, uid } = place();
  const untilAt = Date.now() + forMs;
  try {
    const { O_WRONLY, O_CREAT, O_NOFOLLOW = 0 } = constants;
    const { fd, facts } = openRegular(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      // Under sudo it is the person's, who could not resume otherwise. Of two names one may be another's file.
      if (facts.nlink !== 1) throw notRegular(path);
      if (facts.uid === 0 && typeof uid === "number" && process.geteuid?.() === 0) fchownSync(fd, uid, -1);
      futimesSync(fd, untilAt / 1000, untilAt / 1000);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw cannot("pause", path, error);
  }
  await print(`sweep, watch and hooks end nothing until ${when(untilAt)}: agent-reaper resume ends that\n`);
  return EXIT.fine;
}

/** Runs `resume`. */
export async function resume(): Promise<ExitCode> {
  const { path, state } = place();
  const until = pausedUntil(state, Date.now());
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw cannot("resume", path, error);
  }
  await print(until === undefined ? "Nothing was paused.\n" : "sweep, watch and hooks work again\n");
  return EXIT.fine;
}

function place(): { readonly path: string; readonly state: string; readonly uid: number | string } {
  const machine = openMachine(builtin());
  try {
    const state = statePath(process.platform, machine.viewer.home, process.env);
    prepareState(state, machine.viewer);
    return { path: `${state}/${PAUSE}`, state, uid: machine.viewer.uid };
  } finally {
    machine.close();
  }
}

function cannot(command: string, path: string, error: unknown): Complaint {
  if (error instanceof Complaint) return error;
  return new Complaint(`${command}: ${visible(path)}: ${meaningOf(error)}: make it writable`, EXIT.cannotWorkHere);
}
