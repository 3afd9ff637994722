/**
 * `history`: what was done, when, why, and what came of it.
 *
 * @module
 */
import { counted } from "../../plugins/reporters/text/tree.ts";
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import type { Settings } from "../config.ts";
import type { Machine } from "../contract.ts";
import { writeDuration } from "../duration.ts";
import { serverUrl } from "../fleet/address.ts";
import { deliverDue, openServer } from "../fleet/open.ts";
import { fleetActions } from "../fleet/read.ts";
import { openLedger } from "../ledger/open.ts";
import { USUAL } from "../ledger/settings.ts";
import { openMachine } from "../machine.ts";
import { builtin } from "../plugins.ts";
import { ASKING, columns, isColoured, isOnTerminal, print, printError, waitingFor } from "../terminal.ts";
import { safeJson } from "../text.ts";
import { version } from "../version.ts";
import { showsBlocks } from "./history/bars.ts";
import { historyCsv } from "./history/csv.ts";
import { pastText } from "./history/past.ts";
import { configurationOf } from "./options.ts";
import { historyText, type Shown } from "./history/text.ts";
import type { OutputOptions } from "./output.ts";

/** What `history` takes. */
export interface HistoryOptions extends Pick<OutputOptions, "json" | "all" | "color"> {
  readonly since?: number;
  readonly csv?: boolean;
  /** Of all machines that share a server. */
  readonly fleet?: boolean;
}

/** Runs `history`. */
export async function history(pid: number | undefined, options: HistoryOptions): Promise<ExitCode> {
  const machine = openMachine(builtin());
  try {
    const { settings } = configurationOf(machine);
    const asked = { since: Date.now() - (options.since ?? keptMs(settings)), ...(pid === undefined ? {} : { pid }) };
    const told = options.fleet === true ? await ofFleet(settings, asked) : await ofMachine(machine, settings, asked);
    await print(shown(told, pid, asked.since, options));
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

function keptMs({ history }: Settings): number {
  return (history ?? USUAL).keepMs;
}

interface Asked {
  readonly since: number;
  readonly pid?: number;
}

type Told = Pick<Shown, "actions" | "runs" | "health">;

async function ofMachine(machine: Machine, settings: Settings, asked: Asked): Promise<Told> {
  const due = serverUrl(settings, process.env) !== undefined;
  const ledger = openLedger(machine, settings);
  try {
    ledger.settleCutOff(machine);
    const undelivered = due
      ? await waitingFor("telling the server …", deliverDue(ledger, settings, machine.host.hostname))
      : undefined;
    if (undelivered !== undefined) await printError(`agent-reaper: ${undelivered}\n`);
    for (const trouble of ledger.troubles) await printError(`agent-reaper: ${trouble}: what it says is missing here\n`);
    if (ledger.damaged > 0) {
      const lines = counted(ledger.damaged, "line of the journal", "lines of the journal");
      await printError(`agent-reaper: ${lines} could not be read: that is missing here\n`);
    }
    const runs = asked.pid === undefined ? ledger.runs(asked.since) : [];
    const health = asked.pid === undefined ? ledger.health(asked.since) : [];
    return { actions: ledger.actions(asked), runs, health };
  } finally {
    ledger.close();
  }
}

async function ofFleet(settings: Settings, asked: Asked): Promise<Told> {
  const server = openServer(settings);
  try {
    return { actions: await waitingFor(ASKING, fleetActions(server, asked)), runs: [], health: [] };
  } finally {
    await server.close();
  }
}

function shown(told: Told, pid: number | undefined, since: number, options: HistoryOptions): string {
  const { actions, runs, health } = told;
  if (options.csv === true) return historyCsv(actions);
  if (options.json === true) {
    return `${safeJson(JSON.stringify(historyJson(since, actions, runs, health), undefined, 2))}\n`;
  }
  const format = {
    columns: columns(process.env),
    colour: isColoured(options.color, process.env),
    all: options.all ?? false,
  };
  if (pid !== undefined) return actions.length === 0 ? `Nothing was done to ${pid}.\n` : pastText(actions, format);
  const blocks = showsBlocks(isOnTerminal(), process.env);
  return historyText({ ...told, since }, { ...format, blocks, hosts: options.fleet ?? false });
}

/** What `explain --past` takes. */
export type PastOptions = Pick<OutputOptions, "json" | "color">;

/** Runs `explain --past`: why this was ended. */
export async function explainPast(pid: number, options: PastOptions): Promise<ExitCode> {
  const machine = openMachine(builtin());
  try {
    const { settings } = configurationOf(machine);
    const ledger = openLedger(machine, settings);
    try {
      ledger.settleCutOff(machine);
      const actions = ledger.actions({ since: 0, pid });
      if (actions.length === 0) {
        throw new Complaint(
          `${pid}: nothing was done to it in the ${
            writeDuration(keptMs(settings))
          } that are kept: agent-reaper history ` +
            "shows what was",
        );
      }
      if (options.json === true) {
        await print(`${safeJson(JSON.stringify(historyJson(0, actions, [], []), undefined, 2))}\n`);
      } else {
        await print(
          pastText(actions, {
            columns: columns(process.env),
            colour: isColoured(options.color, process.env),
            all: true,
          }),
        );
      }
      return EXIT.fine;
    } finally {
      ledger.close();
    }
  } finally {
    machine.close();
  }
}

function historyJson(since: number, actions: readonly unknown[], runs: readonly unknown[], health: readonly unknown[]) {
  return { schemaVersion: 1, version, command: "history", since: new Date(since).toISOString(), actions, runs, health };
}
