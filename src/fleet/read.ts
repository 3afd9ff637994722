/**
 * What the machines of a fleet have told their server.
 *
 * @module
 */
import type { ActionRow } from "../ledger/rows.ts";
import { actionRow } from "../ledger/rows.ts";
import type { Row, Value } from "../store/sql.ts";
import type { Server } from "./connect.ts";
import { bringUpToDate } from "./migrations.ts";

const MOST = 10_000;

/** Actions of all machines, the oldest first. */
export async function fleetActions(
  server: Server,
  { since, pid }: { readonly since: number; readonly pid?: number },
): Promise<ActionRow[]> {
  await bringUpToDate(server);
  const rows = await server.query(
    `SELECT * FROM (
       SELECT host, id, run, command, action, boot, pid, start, path, name, argv::text AS argv, rss_bytes, root_pid, matcher,
         family, role, verdict, confidence, because, gates::text AS gates, attempts, outcome, outcome_because, grip, freed_bytes,
         (extract(epoch FROM at) * 1000)::bigint AS at, (extract(epoch FROM started_at) * 1000)::bigint AS started_at,
         (extract(epoch FROM outcome_at) * 1000)::bigint AS outcome_at
       FROM agent_reaper_actions
       WHERE at >= to_timestamp($1::double precision / 1000) AND ($2::bigint IS NULL OR pid = $2::bigint)
       ORDER BY agent_reaper_actions.at DESC LIMIT ${MOST}) AS latest
     ORDER BY at, host, id`,
    [since, pid ?? null],
  );
  return rows.map((row) => actionRow(plain(row)));
}

/** The last state of each machine. */
export interface MachineHealth {
  /** Absent: an older reaper wrote it, which does not say. */
  readonly host?: string;
  readonly at: number;
  readonly status: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly actionTaken?: string;
}

/** How all machines were doing when they told it last. */
export async function fleetHealth(server: Server): Promise<MachineHealth[]> {
  await bringUpToDate(server);
  const rows = await server.query(
    `SELECT DISTINCT ON (host) host, status, details::text AS details, action_taken,
       (extract(epoch FROM created_at) * 1000)::bigint AS at
     FROM system_health WHERE check_type = 'process_reaper' ORDER BY host, created_at DESC`,
  );
  return rows.map((row) => ({
    ...(row["host"] === null ? {} : { host: String(row["host"]) }),
    at: Number(row["at"]),
    status: String(row["status"]),
    details: JSON.parse(String(row["details"] ?? "{}")) as Record<string, unknown>,
    ...(row["action_taken"] === null ? {} : { actionTaken: String(row["action_taken"]) }),
  }));
}

/** Numbers of 64 bits come as text. */
function plain(row: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]): [string, Value] => [
      name,
      value === null || typeof value === "number" ? value : String(value),
    ]),
  );
}
