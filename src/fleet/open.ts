/**
 * The server that the person's configuration or environment names.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import type { Settings } from "../config.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { serverUrl } from "./address.ts";
import { connect, type Server } from "./connect.ts";
import { deliver } from "./deliver.ts";

/** Opens the server for a question about the fleet. */
export function openServer(settings: Settings): Server {
  const url = serverUrl(settings, process.env);
  if (url === undefined) {
    throw new Complaint('--fleet: no server is named: store = "postgres://db.example/agents" in the configuration');
  }
  return connect({ url });
}

/** Delivers what is due, if a server is named. Why it could not be is told in one line, and it stays due. */
export async function deliverDue(ledger: Ledger, settings: Settings, host: string): Promise<string | undefined> {
  const url = serverUrl(settings, process.env);
  if (url === undefined) return undefined;
  const server = connect({ url });
  try {
    await deliver(ledger, server, host);
    return undefined;
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return `not delivered, it will be with the next run: ${error.message}`;
  } finally {
    await server.close();
  }
}
