/**
 * The schema on a server that machines share, as the steps that made it.
 *
 * @module
 */
import { type Server, ServerTrouble } from "./connect.ts";

/** Any number, the same for all who bring a schema up to date: one at a time. */
const MIGRATING = 0x61677265;

/** A step that has been released is never changed: a new one follows it. */
const STEPS: readonly (readonly string[])[] = [
  [
    // An older reaper's table, as it made it; where it is there already it keeps its rows and its columns.
    `CREATE TABLE IF NOT EXISTS system_health (
       id BIGSERIAL PRIMARY KEY,
       check_type VARCHAR(64) NOT NULL,
       status VARCHAR(32) NOT NULL,
       details JSONB,
       action_taken TEXT,
       created_at TIMESTAMPTZ NOT NULL DEFAULT now()
     )`,
    "ALTER TABLE system_health ADD COLUMN IF NOT EXISTS host TEXT",
    // Names the row for delivery; rows of others have none.
    "ALTER TABLE system_health ADD COLUMN IF NOT EXISTS reaper_id TEXT",
    "CREATE UNIQUE INDEX IF NOT EXISTS system_health_reaper_id ON system_health (reaper_id)",
    "CREATE INDEX IF NOT EXISTS system_health_created_at ON system_health (created_at)",
    `CREATE TABLE agent_reaper_actions (
       host TEXT NOT NULL,
       id TEXT NOT NULL,
       revision BIGINT NOT NULL,
       run TEXT NOT NULL,
       command TEXT,
       at TIMESTAMPTZ NOT NULL,
       action TEXT NOT NULL,
       boot TEXT NOT NULL,
       pid BIGINT,
       start TEXT,
       path TEXT,
       name TEXT,
       argv JSONB,
       started_at TIMESTAMPTZ,
       rss_bytes BIGINT,
       root_pid BIGINT,
       matcher TEXT,
       family TEXT,
       role TEXT,
       verdict TEXT,
       confidence TEXT,
       because TEXT,
       gates JSONB,
       attempts INTEGER NOT NULL,
       outcome TEXT,
       outcome_at TIMESTAMPTZ,
       outcome_because TEXT,
       grip TEXT,
       freed_bytes BIGINT,
       PRIMARY KEY (host, id)
     )`,
    "CREATE INDEX agent_reaper_actions_at ON agent_reaper_actions (at)",
  ],
  [
    // For people: who has a slot is told by the locks.
    `CREATE TABLE agent_reaper_slots (
       name TEXT NOT NULL,
       slot INTEGER NOT NULL,
       host TEXT,
       pid BIGINT NOT NULL,
       start TEXT,
       command TEXT,
       max INTEGER NOT NULL,
       since TIMESTAMPTZ NOT NULL,
       PRIMARY KEY (name, slot)
     )`,
    `CREATE TABLE agent_reaper_slot_queue (
       ticket SERIAL PRIMARY KEY,
       name TEXT NOT NULL,
       joined_at TIMESTAMPTZ NOT NULL DEFAULT now()
     )`,
  ],
  [
    // Who keeps a slot for somebody else, on which machine its pid means something, and whether it was asked to let go.
    `ALTER TABLE agent_reaper_slots
       ADD COLUMN keeper BIGINT,
       ADD COLUMN boot TEXT,
       ADD COLUMN namespace TEXT,
       ADD COLUMN asked BOOLEAN NOT NULL DEFAULT false`,
  ],
  [
    // How long each machine keeps its rows.
    "CREATE TABLE agent_reaper_hosts (host TEXT PRIMARY KEY, keep_ms BIGINT NOT NULL)",
    "CREATE INDEX agent_reaper_actions_host_at ON agent_reaper_actions (host, at)",
    "CREATE INDEX system_health_host_created_at ON system_health (host, created_at)",
  ],
];

/** Brings the schema up to date. Several machines may do so at once. */
export async function bringUpToDate(server: Server): Promise<void> {
  await server.transaction(async (query) => {
    await query("SELECT pg_advisory_xact_lock($1)", [MIGRATING]);
    await query(
      `CREATE TABLE IF NOT EXISTS agent_reaper_migrations
         (number INTEGER PRIMARY KEY, taken_at TIMESTAMPTZ NOT NULL DEFAULT now())`,
    );
    const [row] = await query("SELECT coalesce(max(number), 0)::int AS version FROM agent_reaper_migrations");
    const version = Number(row?.["version"]);
    if (version > STEPS.length) {
      throw new ServerTrouble(
        `${server.place}: a newer agent-reaper made its tables (schema ${version}, this one knows ${STEPS.length}): use that one`,
      );
    }
    for (const [index, statements] of STEPS.entries()) {
      if (index < version) continue;
      for (const statement of statements) await query(statement);
      await query("INSERT INTO agent_reaper_migrations (number) VALUES ($1)", [index + 1]);
    }
  });
}
