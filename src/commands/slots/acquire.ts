/**
 * `slots acquire`: a slot for a script. A small process of ours keeps it as long as the script lives.
 *
 * @module
 */
import { Complaint, EXIT } from "../../complaint.ts";
import type { Commands } from "../../contract.ts";
import { isZombie } from "../../process.ts";
import type { HeldSlot } from "../../slots/store.ts";
import { print } from "../../terminal.ts";
import { safeJson } from "../../text.ts";
import { identify, openSlots, type SlotsStage } from "./ground.ts";
import { READY } from "./keep.ts";
import { holderOf, take, type TakeOptions } from "./run.ts";

/** What `slots acquire` takes. */
export interface AcquireOptions extends TakeOptions {
  readonly forPid: number;
  readonly json?: boolean;
}

/** Runs `slots acquire`. */
export async function acquire(options: AcquireOptions): Promise<number> {
  const stage = openSlots(options);
  const { forPid } = options;
  const commands = stage.backend.commands?.();
  if (commands === undefined) {
    throw new Complaint(`slots acquire: the backend ${stage.backend.name} starts no keeper`, EXIT.cannotWorkHere);
  }
  if (process.platform === "win32") {
    throw new Complaint(
      "slots acquire: on Windows no other process can keep a lock: use slots run",
      EXIT.cannotWorkHere,
    );
  }
  const whose = identify(stage.machine, forPid);
  if (whose?.startToken === undefined || isZombie(whose)) {
    throw new Complaint(`--for-pid ${forPid}: no such process: name one that lives, for example $$ in a shell`);
  }
  // Its command line is none of what it wants: who the slot is for is told by the pid.
  const held = await take(stage, options, holderOf(stage, forPid, `kept for ${whose.name ?? "a process"}`));
  let keeper: number;
  try {
    keeper = await startKeeper(commands, stage, held, forPid, whose.startToken);
  } catch (error) {
    await held.release();
    throw error;
  }
  const told = { slot: held.id, forPid, keeper, place: stage.store.place };
  await print(options.json === true ? `${safeJson(JSON.stringify(told, undefined, 2))}\n` : `${held.id}\n`);
  return EXIT.fine;
}

/** What a keeper needs to know of who it works for, and nothing that would make it look like an agent's. */
const VARIABLES = ["HOME", "SUDO_UID", "PKEXEC_UID", "SystemRoot", "LOCALAPPDATA"] as const;

async function startKeeper(
  commands: Commands,
  { ground, machine }: SlotsStage,
  { id, fd }: HeldSlot,
  forPid: number,
  start: string,
): Promise<number> {
  const variables: Record<string, string> = { AGENT_REAPER_KEEP: "1" };
  for (const name of VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) variables[name] = value;
  }
  const { directory, compat } = ground.place;
  const options = ["--for-pid", String(forPid), "--start", start, "--slot", String(id), "--directory", directory];
  const { pid, said } = commands.background(
    [...ourselves(), "slots", "keep", ...options, ...(compat === undefined ? [] : ["--compat", compat])],
    { share: fd === undefined ? [] : [fd], variables },
  );
  machine.close();
  if ((await said) !== READY) {
    throw new Complaint(`slots acquire: ${forPid} ended, or nobody could keep the slot for it`, EXIT.cannotWorkHere);
  }
  return pid;
}

/** How this program is started: compiled, it is one file. */
function ourselves(): readonly string[] {
  return import.meta.path.startsWith("/$bunfs/") || import.meta.path.startsWith("B:")
    ? [process.execPath]
    : [process.execPath, Bun.main];
}
