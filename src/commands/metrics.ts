/**
 * `metrics`: numbers for Prometheus, on standard output or into a file that node_exporter reads.
 *
 * @module
 */
import { closeSync, openSync, realpathSync, renameSync, statSync, writeFileSync, writeSync } from "node:fs";
import { Complaint, EXIT, type ExitCode, exitOfWriting, meaningOf } from "../complaint.ts";
import type { Settings } from "../config.ts";
import type { Machine } from "../contract.ts";
import { discard } from "../discard.ts";
import { survey } from "../engine.ts";
import { openLedger } from "../ledger/open.ts";
import { collect, type Measured } from "../metrics/collect.ts";
import { exposition } from "../metrics/exposition.ts";
import { pausedUntil } from "../unattended.ts";
import { statePath } from "../state.ts";
import { StoreTrouble } from "../store/trouble.ts";
import { print, printError } from "../terminal.ts";
import { visible } from "../text.ts";
import { limitsHere, measure } from "../health/measure.ts";
import { stage } from "./options.ts";

/** What `metrics` takes. */
export interface MetricsOptions {
  readonly textfile?: string;
}

/** Runs `metrics`. */
export async function metrics(options: MetricsOptions): Promise<ExitCode> {
  const { machine, plugins, policy, settings } = stage({});
  try {
    const { snapshot, judgement } = survey({ machine, plugins, policy, scope: "all" });
    const state = statePath(process.platform, machine.viewer.home, process.env);
    const totals = await totalsOf(machine, settings);
    const text = exposition(collect({
      seen: snapshot.processes.length,
      findings: judgement.findings,
      ...measure(machine, limitsHere(settings)),
      ...(totals === undefined ? {} : { totals }),
      paused: pausedUntil(state, Date.now()) !== undefined,
    }));
    if (options.textfile === undefined) await print(text);
    else writeWhole(options.textfile, text);
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

async function totalsOf(machine: Machine, settings: Settings): Promise<Measured["totals"]> {
  try {
    const ledger = openLedger(machine, settings);
    try {
      return ledger.totals();
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (!(error instanceof StoreTrouble)) throw error;
    await printError(`agent-reaper: counts are missing: ${error.message}\n`);
    return undefined;
  }
}

/** Whoever reads it sees the old text or the new one. node_exporter reads what ends in `.prom` alone. */
function writeWhole(given: string, text: string): void {
  let path = given;
  let beside: string | undefined;
  try {
    const found = statSync(given, { throwIfNoEntry: false });
    if (found !== undefined) path = realpathSync(given);
    // A device or a pipe is written to as it is: root would put a file in the place of /dev/null.
    if (found?.isFile() === false) return writeFileSync(path, text);
    beside = `${path}.${process.pid}.tmp`;
    const fd = openSync(beside, "wx", 0o644);
    try {
      const bytes = Buffer.from(text);
      if (writeSync(fd, bytes) < bytes.length) throw Object.assign(new Error(), { code: "ENOSPC" });
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
  } catch (error) {
    if (beside !== undefined) discard(beside);
    throw new Complaint(
      `--textfile ${visible(given)}: ${meaningOf(error)}: name a file in a directory that you can write to`,
      exitOfWriting(error),
    );
  }
}
