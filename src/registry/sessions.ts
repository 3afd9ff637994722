/**
 * Sessions with what belongs to them: the registry and the table put together. Pure.
 *
 * @module
 */
import { byPid } from "../process.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import type { Session } from "./entry.ts";
import { type SessionStanding, sessionStanding, type Standing } from "./standing.ts";

/** A session, or what was registered without one. */
export interface SessionView {
  /** Undefined: registered without a session. */
  readonly id?: string;
  /** Its own record, where it has one. */
  readonly session?: Session;
  readonly standing: SessionStanding;
  /** The topmost of its processes that are there, each with all below it. */
  readonly trees: readonly { readonly root: Process; readonly members: readonly Process[] }[];
  /** What is on record for it. */
  readonly entries: readonly Standing[];
}

/** All sessions: those with a record first, in the record's order, then those that only entries name. */
export function sessionsOf(sessions: readonly Session[], table: Table): SessionView[] {
  const byId = new Map<string | undefined, Standing[]>();
  for (const session of sessions) byId.set(session.id, []);
  for (const standing of table.standings) {
    const { session } = standing.entry;
    const known = byId.get(session);
    if (known === undefined) byId.set(session, [standing]);
    else known.push(standing);
  }
  return [...byId].map(([id, entries]): SessionView => {
    const session = sessions.find((one) => one.id === id);
    return {
      ...(id === undefined ? {} : { id }),
      ...(session === undefined ? {} : { session }),
      standing: session === undefined ? byEntries(entries) : sessionStanding(session, table),
      trees: treesOf(entries, table),
      entries,
    };
  });
}

/** Its processes that are there, without those below others of them. */
function treesOf(entries: readonly Standing[], table: Table): SessionView["trees"] {
  const there = new Map<number, Process>();
  for (const { process } of entries) if (process !== undefined) there.set(process.pid, process);
  const roots = [...there.values()].filter((process) => {
    for (const ancestor of table.ancestors(process)) if (there.has(ancestor.pid)) return false;
    return true;
  });
  return roots.sort(byPid).map((root) => ({ root, members: table.tree(root) }));
}

/** Without a record of its own it stands as its entries do: one that somebody answers for is enough. */
function byEntries(entries: readonly Standing[]): SessionStanding {
  const of = (...states: Standing["state"][]) => entries.find(({ state }) => states.includes(state));
  const healthy = of("healthy");
  if (healthy !== undefined) return { state: "active", because: healthy.because };
  const unknown = of("unknown");
  if (unknown !== undefined) return { state: "unknown", because: unknown.because };
  return { state: "over", because: of("orphan")?.because ?? "all that was registered for it has ended" };
}
