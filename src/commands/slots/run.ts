/**
 * `slots run`: a command that has a slot as long as it runs.
 *
 * @module
 */
import { Complaint, EXIT, meaningOf } from "../../complaint.ts";
import type { Commands, RunningCommand } from "../../contract.ts";
import { formatDuration } from "../../duration.ts";
import { redactArguments } from "../../redact.ts";
import type { Loss } from "../../slots/loss.ts";
import type { HeldSlot, SlotHolder } from "../../slots/store.ts";
import { isWatched, printError } from "../../terminal.ts";
import { visible } from "../../text.ts";
import { identify, limitHere, openSlots, type SlotsStage, type WhichSlots } from "./ground.ts";

/** What taking a slot takes. */
export interface TakeOptions extends WhichSlots {
  readonly max?: number;
  /** Milliseconds; left out: as long as it takes. */
  readonly wait?: number;
}

/** Runs `slots run`; tells how the command ended. A command that died of a signal takes us along. */
export async function run(command: readonly string[], options: TakeOptions): Promise<number> {
  const stage = openSlots(options);
  const commands = stage.backend.commands?.();
  if (commands === undefined) {
    throw new Complaint(`slots run: the backend ${stage.backend.name} starts no commands`, EXIT.cannotWorkHere);
  }
  const line = redactArguments(command).join(" ");
  const held = await take(stage, options, holderOf(stage, process.pid, line));
  let end: Awaited<RunningCommand["ended"]>;
  try {
    const running = start(commands, command, held);
    // Were we killed, this is whose slot it is.
    await held.tell(holderOf(stage, running.pid, line));
    end = await (held.lost === undefined ? running.ended : untilLost(stage, running, held.lost));
  } finally {
    await held.release();
    stage.machine.close();
  }
  if ("code" in end) return end.code;
  commands.endBySignal(end.signal);
  return 128 + end.signal;
}

/** As long as the slot is ours; the command does not outlive it. */
async function untilLost({ machine }: SlotsStage, running: RunningCommand, lost: Promise<Loss>) {
  const ended = running.ended.then(() => undefined);
  const loss = await Promise.race([ended, lost]);
  if (loss !== undefined) {
    running.ending();
    await printError(`agent-reaper: slots run: ${loss.because}: the command is ended\n`);
    const { endCommand } = await import("../../slots/lost.ts");
    await endCommand(machine, running.pid, loss);
  }
  return await running.ended;
}

/** Takes a slot, or complains that there is none. */
export async function take(stage: SlotsStage, options: TakeOptions, holder: SlotHolder): Promise<HeldSlot> {
  const max = options.max ?? limitHere(stage.machine).max;
  const held = await stage.store.acquire({
    max,
    waitMs: options.wait,
    holder,
    onWait: async ({ ahead }) => {
      const before = ahead === 0 ? "" : `, ${ahead} wait${ahead === 1 ? "s" : ""} before it`;
      const more = `agent-reaper slots status${which(options)}`;
      if (isWatched()) {
        await printError(`agent-reaper: waiting for a slot: ${allTaken(max)}${before}: ${more} shows by whom\n`);
      }
    },
  });
  if (held !== undefined) return held;
  const waited = options.wait === 0 ? "" : ` within ${formatDuration(options.wait ?? 0)}`;
  throw new Complaint(
    `${visible(stage.called)}: no slot came free${waited}, ${allTaken(max)}: wait longer with --wait, or see ` +
      `who has them with agent-reaper slots status${which(options)}`,
    EXIT.noSlot,
  );
}

function allTaken(max: number): string {
  return max === 1 ? "the only one is taken" : `all ${max} are taken`;
}

/** The options that tell which slots, for a command that is shown to people. */
export function which({ name, compat, store }: WhichSlots): string {
  if (store !== undefined) return `${name === undefined ? "" : ` --name ${name}`} --store …`;
  if (compat !== undefined) return ` --compat ${compat}`;
  return name === undefined ? "" : ` --name ${name}`;
}

/** Who has a slot, as it is written down. */
export function holderOf({ machine }: SlotsStage, pid: number, command: string): SlotHolder {
  const startToken = identify(machine, pid)?.startToken;
  return { pid, command, ...(startToken === undefined ? {} : { startToken }) };
}

function start(commands: Commands, command: readonly string[], { id, fd }: HeldSlot): RunningCommand {
  try {
    return commands.start(command, {
      share: fd === undefined ? [] : [fd],
      variables: { AGENT_REAPER_SLOT: String(id) },
    });
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== "string") throw error;
    const program = visible(command[0] ?? "");
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new Complaint(`there is no program ${program}: write its path, or put it on the PATH`, EXIT.notFound);
    }
    throw new Complaint(`${program} cannot be run: ${meaningOf(error)}`, EXIT.notExecutable);
  }
}
