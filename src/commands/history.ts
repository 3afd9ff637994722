/**
 * `history`: what was done, when, why, and what came of it.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import { KEPT_MS, openLedger } from "../ledger/ledger.ts";
import { openMachine } from "../machine.ts";
import { builtin } from "../plugins.ts";
import { columns, isColoured, isOnTerminal, print, printError } from "../terminal.ts";
import { safeJson } from "../text.ts";
import { version } from "../version.ts";
import { showsBlocks } from "./history/bars.ts";
import { historyCsv } from "./history/csv.ts";
import { pastText } from "./history/past.ts";
import { historyText } from "./history/text.ts";
import type { OutputOptions } from "./output.ts";

/** What `history` takes. */
export interface HistoryOptions extends Pick<OutputOptions, "json" | "all" | "color"> {
  readonly since?: number;
  readonly csv?: boolean;
}

/** Runs `history`. */
export async function history(pid: number | undefined, options: HistoryOptions): Promise<ExitCode> {
  const machine = openMachine(builtin());
  try {
    const ledger = openLedger(machine);
    try {
      ledger.settleCutOff(machine);
      const since = Date.now() - (options.since ?? KEPT_MS);
      const actions = ledger.actions({ since, ...(pid === undefined ? {} : { pid }) });
      if (ledger.damaged > 0) {
        await printError(
          `agent-reaper: ${ledger.damaged} lines of the journal could not be read and are missing here\n`,
        );
      }
      if (options.csv === true) await print(historyCsv(actions));
      else if (options.json === true) {
        const runs = pid === undefined ? ledger.runs(since) : [];
        const health = pid === undefined ? ledger.health(since) : [];
        await print(`${safeJson(JSON.stringify(historyJson(since, actions, runs, health), undefined, 2))}\n`);
      } else {
        const format = {
          columns: columns(process.env),
          colour: isColoured(options.color, process.env),
          all: options.all ?? false,
        };
        if (pid !== undefined) {
          await print(actions.length === 0 ? `Nothing was done to ${pid}.\n` : pastText(actions, format));
        } else {
          const blocks = showsBlocks(isOnTerminal(), process.env);
          const shown = { actions, runs: ledger.runs(since), health: ledger.health(since), since };
          await print(historyText(shown, { ...format, blocks, hosts: false }));
        }
      }
      return EXIT.fine;
    } finally {
      ledger.close();
    }
  } finally {
    machine.close();
  }
}

/** What `explain --past` takes. */
export type PastOptions = Pick<OutputOptions, "json" | "color">;

/** Runs `explain --past`: why this was ended. */
export async function explainPast(pid: number, options: PastOptions): Promise<ExitCode> {
  const machine = openMachine(builtin());
  try {
    const ledger = openLedger(machine);
    try {
      ledger.settleCutOff(machine);
      const actions = ledger.actions({ since: 0, pid });
      if (actions.length === 0) {
        throw new Complaint(
          `${pid}: nothing was done to it in the last seven days: agent-reaper history shows what was`,
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
