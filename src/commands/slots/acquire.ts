/**
 * `slots acquire`: a slot for a script. A small process of ours keeps it as long as the script lives.
 *
 * @module
 */
import { Complaint, EXIT } from "../../complaint.ts";
import type { Commands } from "../../contract.ts";
import { ourselves } from "../../ourselves.ts";
import { isZombie } from "../../process.ts";
import type { HeldSlot } from "../../slots/store.ts";
import { SCHEMA_VERSION } from "../../report.ts";
import { print } from "../../terminal.ts";
import { safeJson, visible } from "../../text.ts";
import { version } from "../../version.ts";
import { identify, limitHere, openSlots, type SlotsStage } from "./ground.ts";
import { ANSWER_MS, READY, SERVER_VARIABLE } from "./kept.ts";
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
  const max = options.max ?? limitHere(stage.machine).max;
  const held = await take(stage, { ...options, max }, holderOf(stage, forPid, `kept for ${whose.name ?? "a process"}`));
  let keeper: number;
  try {
    keeper = await startKeeper(commands, stage, held, { ...options, max }, whose.startToken);
  } catch (error) {
    await held.release();
    throw error;
  }
  const told = {
    ...{ schemaVersion: SCHEMA_VERSION, version, command: "slots acquire" },
    ...{ slot: held.id, forPid, keeper, place: stage.store.place },
  };
  try {
    await print(options.json === true ? `${safeJson(JSON.stringify(told, undefined, 2))}\n` : `${held.id}\n`);
  } catch (error) {
    // Whoever was not told which it is could never give it back.
    await stage.store.askToRelease(held.id, ANSWER_MS);
    throw error;
  }
  return EXIT.fine;
}

/** What a keeper needs to know of who it works for, and nothing that would make it look like an agent's. */
const VARIABLES = /^(?:HOME|SUDO_UID|PKEXEC_UID|SystemRoot|LOCALAPPDATA)$/;
/** And for a server what its client reads beside the address. */
const OF_SERVERS = /^(?:PG[A-Z]+|USER|USERNAME|NODE_EXTRA_CA_CERTS)$/;

/** What the keeper of this very slot is told. */
interface Instructions {
  readonly options: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

async function startKeeper(
  commands: Commands,
  stage: SlotsStage,
  held: HeldSlot,
  { forPid, store, name, max }: AcquireOptions & { readonly max: number },
  start: string,
): Promise<number> {
  const { options, variables } = store === undefined ? ofFiles(stage) : ofServer(store, name, max);
  const { pid, said } = commands.background(
    [
      ...[...ourselves(), "slots", "keep", "--for-pid", String(forPid), "--start", start, "--slot", String(held.id)],
      ...options,
    ],
    { share: held.fd === undefined ? [] : [held.fd], variables: { AGENT_REAPER_KEEP: "1", ...variables } },
  );
  stage.machine.close();
  // Cut off in that moment, it may have let go all the same: what counts is what the keeper says.
  const trouble = await held.passOn?.(said).catch((error: Error) => error);
  const answer = await said;
  if (answer === READY) return pid;
  if (trouble !== undefined) throw trouble;
  const because = answer === "" ? `${forPid} ended, or nobody could keep the slot for it` : visible(answer);
  throw new Complaint(`slots acquire: ${because}`, EXIT.cannotWorkHere);
}

function ofFiles({ ground }: SlotsStage): Instructions {
  const { directory, compat } = ground.place;
  return {
    options: ["--directory", directory, ...(compat === undefined ? [] : ["--compat", compat])],
    variables: ours(VARIABLES),
  };
}

function ofServer(url: string, name: string | undefined, max: number): Instructions {
  const options = ["--max", String(max), ...(name === undefined ? [] : ["--name", name])];
  return { options, variables: { ...ours(VARIABLES), ...ours(OF_SERVERS), [SERVER_VARIABLE]: url } };
}

function ours(names: RegExp): Record<string, string> {
  const found = Object.entries(process.env).filter(([name, value]) => value !== undefined && names.test(name));
  return Object.fromEntries(found) as Record<string, string>;
}
