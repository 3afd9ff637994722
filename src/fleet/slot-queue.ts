/**
 * The queue for slots of a server: in order of arrival. Who waits has a ticket, and the lock of its session
 * says that it still waits.
 *
 * @module
 */
import type { Server } from "./connect.ts";
import { isHeld, lock, unlock } from "./slot-locks.ts";

type Query = Server["query"];

/** Joins at the end; places of the dead are removed on the way. */
export async function join(server: Server, name: string): Promise<number> {
  return await server.transaction(async (query) => {
    await removeDead(query, name);
    const [row] = await query("INSERT INTO agent_reaper_slot_queue (name) VALUES ($1::text) RETURNING ticket", [name]);
    const ticket = Number(row?.["ticket"]);
    // Before anybody can see the ticket: one that nobody holds is a dead one's.
    await lock(query, "tickets", name, ticket);
    return ticket;
  });
}

/** Leaves the queue; what cannot be said the server sees when the session ends. */
export async function leave(query: Query, name: string, ticket: number): Promise<void> {
  await query("DELETE FROM agent_reaper_slot_queue WHERE ticket = $1::int", [ticket]).catch(() => {});
  await unlock(query, "tickets", name, ticket).catch(() => {});
}

/** How many came before and still wait. */
export async function countAhead(query: Query, name: string, ticket: number): Promise<number> {
  const [row] = await query(
    `SELECT count(*)::int AS ahead FROM agent_reaper_slot_queue
     WHERE name = $1::text AND ticket < $2::int AND ${isHeld("tickets", "ticket")}`,
    [name, ticket],
  );
  return Number(row?.["ahead"]);
}

/** How many wait, and how many places belong to the dead. */
export async function countWaiting(
  query: Query,
  name: string,
): Promise<{ readonly waiting: number; readonly dead: number }> {
  const [row] = await query(
    `SELECT count(*) FILTER (WHERE waits)::int AS waiting, count(*) FILTER (WHERE NOT waits)::int AS dead FROM
       (SELECT ${isHeld("tickets", "ticket")} AS waits FROM agent_reaper_slot_queue WHERE name = $1::text) AS places`,
    [name],
  );
  return { waiting: Number(row?.["waiting"]), dead: Number(row?.["dead"]) };
}

/** Removes the places of the dead. */
export async function removeDead(query: Query, name: string): Promise<number> {
  const rows = await query(
    `DELETE FROM agent_reaper_slot_queue WHERE name = $1::text AND NOT ${isHeld("tickets", "ticket")} RETURNING ticket`,
    [name],
  );
  return rows.length;
}
