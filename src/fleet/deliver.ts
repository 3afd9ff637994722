/**
 * Brings what the ledger holds to the server, each row once: what is due stays due until the server has
 * confirmed it, and what it gets twice it has once, for an action and a state of health have names.
 *
 * @module
 */
import { type Ledger, MOST_ACTIONS, MOST_HEALTH } from "../ledger/ledger.ts";
import { USUAL } from "../ledger/settings.ts";
import type { Row, Value } from "../store/sql.ts";
import type { Server } from "./connect.ts";
import { bringUpToDate } from "./migrations.ts";

const BATCH = 100;

const COLUMNS = [
  ["run", ""],
  ["command", ""],
  ["at", "time"],
  ["action", ""],
  ["boot", ""],
  ["pid", "::bigint"],
  ["start", ""],
  ["path", ""],
  ["name", ""],
  ["argv", "::text::jsonb"],
  ["started_at", "time"],
  ["rss_bytes", "::bigint"],
  ["root_pid", "::bigint"],
  ["matcher", ""],
  ["family", ""],
  ["role", ""],
  ["verdict", ""],
  ["confidence", ""],
  ["because", ""],
  ["gates", "::text::jsonb"],
  ["attempts", "::integer"],
  ["outcome", ""],
  ["outcome_at", "time"],
  ["outcome_because", ""],
  ["grip", ""],
  ["freed_bytes", "::bigint"],
] as const;

const UPSERT = `INSERT INTO agent_reaper_actions (host, id, revision, ${COLUMNS.map(([name]) => name).join(", ")})
  VALUES ($1::text, $2::text, $3::bigint, ${COLUMNS.map(([, kind], at) => placeholder(at + 4, kind)).join(", ")})
  ON CONFLICT (host, id) DO UPDATE SET revision = excluded.revision, ${
  COLUMNS.map(([name]) => `${name} = coalesce(excluded.${name}, agent_reaper_actions.${name})`).join(", ")
} WHERE excluded.revision >= agent_reaper_actions.revision`;

function placeholder(number: number, kind: string): string {
  // Milliseconds since 1970, as the ledger has them.
  if (kind === "time") return `to_timestamp($${number}::double precision / 1000)`;
  return `$${number}${kind === "" ? "::text" : kind}`;
}

/** How much came over. */
export interface Delivered {
  readonly actions: number;
  readonly health: number;
}

/**
 * Delivers all that is due.
 *
 * @throws {ServerTrouble} When the server is away. What it had not confirmed is due again.
 */
export async function deliver(ledger: Ledger, server: Server, host: string): Promise<Delivered> {
  await bringUpToDate(server);
  const actions = await inBatches(() => deliverActions(ledger, server, host));
  const health = await inBatches(() => deliverHealth(ledger, server, host));
  await prune(server, host, ledger.keepMs);
  return { actions, health };
}

/**
 * Each machine's rows go when they are older than that machine keeps them, whoever looks: one that was taken out of the
 * fleet says nothing any more. And of our own the oldest go where there are too many.
 */
async function prune({ query }: Server, host: string, keepMs: number): Promise<void> {
  await query(
    `INSERT INTO agent_reaper_hosts (host, keep_ms) VALUES ($1::text, $2::bigint)
     ON CONFLICT (host) DO UPDATE SET keep_ms = excluded.keep_ms WHERE agent_reaper_hosts.keep_ms <> excluded.keep_ms`,
    [host, keepMs],
  );
  for (const [table, at, ours, most] of PRUNED) {
    // Who keeps it shortest first: the index finds those rows.
    await query(
      `DELETE FROM ${table} WHERE ${ours}
         AND ${at} < now() - (SELECT least(min(keep_ms), $1::bigint) FROM agent_reaper_hosts) * interval '1 millisecond'
         AND ${at} < now() - interval '1 millisecond' * coalesce(
           (SELECT keep_ms FROM agent_reaper_hosts WHERE agent_reaper_hosts.host = ${table}.host), $1::bigint)`,
      [USUAL.keepMs],
    );
    await query(
      `DELETE FROM ${table} WHERE ${ours} AND host = $1::text
         AND ${at} < (SELECT ${at} FROM ${table} WHERE ${ours} AND host = $1::text ORDER BY ${at} DESC LIMIT 1 OFFSET ${most})`,
      [host],
    );
  }
}

/** In `system_health` an older reaper's rows have no name of ours, and stay. */
const PRUNED = [
  ["system_health", "created_at", "reaper_id IS NOT NULL", MOST_HEALTH],
  ["agent_reaper_actions", "at", "true", MOST_ACTIONS],
] as const;

async function inBatches(one: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await one();
    total += count;
    if (count < BATCH) return total;
  }
}

async function deliverActions({ store }: Ledger, server: Server, fallback: string): Promise<number> {
  const due = store.all(
    `SELECT actions.*, runs.command, runs.host FROM actions LEFT JOIN runs ON runs.id = actions.run
     WHERE delivered < revision LIMIT ${BATCH}`,
  );
  if (due.length === 0) return 0;
  await server.transaction(async (query) => {
    for (const row of due) await query(UPSERT, [row["host"] ?? fallback, row["id"], row["revision"], ...valuesOf(row)]);
  });
  store.transaction(() => {
    for (const row of due) {
      // What changed on the way has a higher revision by now.
      store.run("UPDATE actions SET delivered = ? WHERE id = ?", row["revision"] as Value, row["id"] as Value);
    }
  });
  return due.length;
}

function valuesOf(row: Row): Value[] {
  return COLUMNS.map(([name]) => row[name] ?? null);
}

async function deliverHealth({ store }: Ledger, server: Server, host: string): Promise<number> {
  const due = store.all(`SELECT * FROM health WHERE delivered = 0 LIMIT ${BATCH}`);
  if (due.length === 0) return 0;
  await server.transaction(async (query) => {
    for (const { id, at, status, details, action_taken } of due) {
      await query(
        `INSERT INTO system_health (check_type, status, details, action_taken, created_at, host, reaper_id)
         VALUES ('process_reaper', $1::text, $2::text::jsonb, $3::text, to_timestamp($4::double precision / 1000), $5::text, $6::text)
         ON CONFLICT (reaper_id) DO NOTHING`,
        [status, details, action_taken, at, host, id],
      );
    }
  });
  store.transaction(() => {
    for (const { id } of due) store.run("UPDATE health SET delivered = 1 WHERE id = ?", id as Value);
  });
  return due.length;
}
