/**
 * What a run tells to the server that several machines share: how its machine is doing, and all that is due.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import type { Settings } from "../config.ts";
import type { Machine, Policy } from "../contract.ts";
import { sampleNow } from "../health/measure.ts";
import { openLedger } from "../ledger/open.ts";
import type { Result } from "../report.ts";
import { deliverDue } from "./open.ts";

/** One run of a machine. */
export interface ToldRun {
  readonly machine: Machine;
  readonly settings: Settings;
  readonly policy: Policy;
  /** Names it. */
  readonly run: string;
  readonly results: readonly Result[];
}

/** Tells of a run that is over. What stood against it is told in one line: a record is no condition. */
export async function tellServer({ machine, settings, policy, run, results }: ToldRun): Promise<string | undefined> {
  const { sample } = sampleNow(machine, settings, results, policy);
  try {
    const ledger = openLedger(machine, settings);
    try {
      ledger.settleCutOff(machine);
      ledger.recordHealth(run, Date.now(), sample);
      return await deliverDue(ledger, settings, machine.host.hostname);
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return `not kept: ${error.message}`;
  }
}
