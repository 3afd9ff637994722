/**
 * What a run tells to the server that several machines share: all that is due, how its machine is doing among it.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import type { Settings } from "../config.ts";
import type { Machine } from "../contract.ts";
import { openLedger } from "../ledger/open.ts";
import { deliverDue } from "./open.ts";

/** Who tells. */
export interface Told {
  readonly machine: Machine;
  readonly settings: Settings;
}

/** Tells of a run that is over and in the journal. What stood against it is told in one line: a record is no condition. */
export async function tellServer({ machine, settings }: Told): Promise<string | undefined> {
  try {
    const ledger = openLedger(machine, settings);
    try {
      ledger.settleCutOff(machine);
      return await deliverDue(ledger, settings, machine.host.hostname);
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return `not kept: ${error.message}`;
  }
}
