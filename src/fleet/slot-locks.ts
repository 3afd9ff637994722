/**
 * The server's locks that slots rest on, and the rows that say whose they are. A lock belongs to a session
 * and is its slot; a row is for people, and one that nobody has the lock of is a dead holder's.
 *
 * In every statement $1 is the name of the slots.
 *
 * @module
 */
import type { SlotHolder, TakenSlot } from "../slots/store.ts";
import type { Server } from "./connect.ts";

/** What is locked: slots by their number, places in the queue by their ticket. */
type Kind = "slots" | "tickets";

/** A statement and its values go this way. */
type Query = Server["query"];

/** The first half of a key; the second is the number. */
function keyOf(kind: Kind): string {
  return `hashtext($1::text || ' ${kind}')`;
}

/** Rows of pg_locks; a key that was given as a number with a sign stands there without one. */
function locksOf(kind: Kind): string {
  return `pg_locks WHERE locktype = 'advisory' AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = ((${keyOf(kind)}::bigint + 4294967296) % 4294967296)`;
}

/** Whether somebody has a lock, as a condition. */
export function isHeld(kind: Kind, id: string): string {
  return `EXISTS (SELECT 1 FROM ${locksOf(kind)} AND granted AND objid::bigint = ${id})`;
}

/** Whether it is this very session that has the slot $2. */
const IS_OURS = `EXISTS (SELECT 1 FROM ${locksOf("slots")} AND granted AND objid::bigint = $2::int
  AND pid = pg_backend_pid())`;

/** A machine whose pids are counted alike: a row of it can be judged by who lives there. */
export interface SlotMachine {
  readonly host: string;
  readonly boot: string;
  readonly namespace: string | undefined;
}

/** A row as it was read. */
export interface SlotRow {
  readonly taken: TakenSlot;
  readonly machine: {
    readonly host: string | undefined;
    readonly boot: string | undefined;
    readonly namespace: string | undefined;
  };
}

/** Until the end of the transaction nobody else takes a slot or tidies up. */
export async function passTurnstile(query: Query, name: string): Promise<void> {
  await query("SELECT pg_advisory_xact_lock(hashtext($1::text || ' turnstile'))", [name]);
}

/** Takes a slot if it is free. */
export async function tryLock(query: Query, name: string, id: number): Promise<boolean> {
  const [row] = await query(`SELECT pg_try_advisory_lock(${keyOf("slots")}, $2::int) AS taken`, [name, id]);
  return row?.["taken"] === true;
}

/** Stands next at a lock until it is given back: whoever only tries gets none that somebody stands at. */
export async function lock(query: Query, kind: Kind, name: string, id: number): Promise<void> {
  await query(`SELECT pg_advisory_lock(${keyOf(kind)}, $2::int)`, [name, id]);
}

/** Gives a lock of this session back. */
export async function unlock(query: Query, kind: Kind, name: string, id: number): Promise<void> {
  await query(`SELECT pg_advisory_unlock(${keyOf(kind)}, $2::int)`, [name, id]);
}

/** Whether somebody stands at the lock of a slot. */
export async function isWaitedFor(query: Query, name: string, id: number): Promise<boolean> {
  const [row] = await query(
    `SELECT EXISTS (SELECT 1 FROM ${locksOf("slots")} AND NOT granted AND objid::bigint = $2::int) AS waits`,
    [name, id],
  );
  return row?.["waits"] === true;
}

/** Who has which slot, by the number of the session on the server, and when that was asked by the server's clock. */
export async function heldSlots(
  query: Query,
  name: string,
): Promise<{ readonly at: string; readonly sessions: ReadonlyMap<number, number> }> {
  const [row] = await query(
    `SELECT statement_timestamp()::text AS at,
       (SELECT coalesce(json_agg(json_build_array(objid::bigint, pid) ORDER BY objid::bigint), '[]')::text
        FROM ${locksOf("slots")} AND granted) AS held`,
    [name],
  );
  return { at: String(row?.["at"]), sessions: new Map(JSON.parse(String(row?.["held"])) as [number, number][]) };
}

/** Says who has a slot. Whoever has lost it meanwhile says nothing. */
export async function writeRow(
  query: Query,
  name: string,
  id: number,
  { host, boot, namespace }: SlotMachine,
  holder: SlotHolder,
  max: number,
): Promise<void> {
  await query(
    `INSERT INTO agent_reaper_slots (name, slot, host, boot, namespace, pid, start, command, keeper, max, since, asked)
     SELECT $1::text, $2::int, $3::text, $4::text, $5::text, $6::bigint, $7::text, $8::text, $9::bigint, $10::int,
       clock_timestamp(), false WHERE ${IS_OURS}
     ON CONFLICT (name, slot) DO UPDATE SET host = excluded.host, boot = excluded.boot, namespace = excluded.namespace,
       pid = excluded.pid, start = excluded.start, command = excluded.command, keeper = excluded.keeper,
       max = excluded.max, since = excluded.since, asked = false`,
    [
      ...[name, id, host, boot, namespace ?? null, holder.pid, holder.startToken ?? null, holder.command ?? null],
      ...[holder.keeper ?? null, max],
    ],
  );
}

/** Takes out what was said of a slot, by whoever has it. */
export async function eraseRow(query: Query, name: string, id: number): Promise<void> {
  await query(`DELETE FROM agent_reaper_slots WHERE name = $1::text AND slot = $2::int AND ${IS_OURS}`, [name, id]);
}

const COLUMNS = `slot, host, boot, namespace, pid, start, command, keeper, max,
  to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since`;

/** What is said of slots; `wasThere`: and was when the server's clock stood there. */
export async function readRows(
  query: Query,
  name: string,
  at: string,
): Promise<readonly (SlotRow & { readonly wasThere: boolean })[]> {
  const rows = await query(
    `SELECT ${COLUMNS}, since <= $2::timestamptz AS was_there FROM agent_reaper_slots WHERE name = $1::text ORDER BY slot`,
    [name, at],
  );
  return rows.map((row) => ({ ...rowOf(row), wasThere: row["was_there"] === true }));
}

/** Takes out what was said of slots that nobody has, of all or of one. With the turnstile in hand. */
export async function eraseStaleRows(query: Query, name: string, id?: number): Promise<readonly SlotRow[]> {
  const rows = await query(
    `DELETE FROM agent_reaper_slots WHERE name = $1::text AND slot = coalesce($2::int, slot)
       AND NOT ${isHeld("slots", "slot")} RETURNING ${COLUMNS}`,
    [name, id ?? null],
  );
  return rows.map(rowOf).sort((a, b) => a.taken.slot - b.taken.slot);
}

function rowOf(row: Record<string, unknown>): SlotRow {
  const text = (name: string) => row[name] === null ? undefined : String(row[name]);
  const [startToken, command, host, keeper] = ["start", "command", "host", "keeper"].map(text);
  return {
    taken: {
      slot: Number(row["slot"]),
      holder: {
        pid: Number(row["pid"]),
        ...(startToken === undefined ? {} : { startToken }),
        ...(command === undefined ? {} : { command }),
        ...(host === undefined ? {} : { host }),
        ...(keeper === undefined ? {} : { keeper: Number(keeper) }),
      },
      since: String(row["since"]),
      max: Number(row["max"]),
    },
    machine: { host, boot: text("boot"), namespace: text("namespace") },
  };
}
