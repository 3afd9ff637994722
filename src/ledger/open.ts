/**
 * Opens the ledger as the configuration says that it is kept.
 *
 * @module
 */
import type { Settings } from "../config.ts";
import type { Machine } from "../contract.ts";
import { serverUrl } from "../fleet/address.ts";
import { spoolPath } from "../journal/spool.ts";
import { statePath } from "../state.ts";
import { Store } from "../store/store.ts";
import { Ledger } from "./ledger.ts";

/** Opens the ledger of the person who looks, brought up to date with the journal. */
export function openLedger({ viewer }: Pick<Machine, "viewer">, settings: Settings): Ledger {
  const directory = statePath(process.platform, viewer.home, process.env);
  const ledger = new Ledger(new Store({ directory, viewer, briefly: true }), spoolPath(directory), {
    ...settings.history,
    due: serverUrl(settings, process.env) !== undefined,
  });
  ledger.ingest();
  return ledger;
}
