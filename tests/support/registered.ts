/**
 * Entries and sessions of a registry, with everything in them that must be there.
 *
 * @module
 */
import type { Entry, Process, Session, Snapshot } from "../../src/contract.ts";
import { world } from "./world.ts";

/** The pid namespace that the entries were registered in. */
export const NAMESPACE = "pid:[4026531836]";

/** An entry with some of its fields changed. */
export function entry(fields: Partial<Entry> = {}): Entry {
  return {
    pid: 4200,
    startToken: "104200",
    bootId: "b",
    pidNamespace: NAMESPACE,
    kind: "process",
    originator: { tool: "host", pid: 4100, startToken: "104100" },
    containment: "contained",
    registeredAt: Date.parse("2026-08-11T08:00:00.000Z"),
    ...fields,
  };
}

/** A session with some of its fields changed. */
export function session(fields: Partial<Session> = {}): Session {
  return {
    id: "session",
    kind: "session",
    bootId: "b",
    pidNamespace: NAMESPACE,
    originator: { tool: "host", pid: 4100, startToken: "104100" },
    startedAt: Date.parse("2026-08-11T08:00:00.000Z"),
    ...fields,
  };
}

/** The small machine with a registry. */
export function onRecord(
  processes: readonly Process[],
  registered: readonly Entry[],
  more: Partial<Snapshot> = {},
): Snapshot {
  const snapshot = world(processes, { registered, ...more });
  return more.host === undefined ? { ...snapshot, host: { ...snapshot.host, pidNamespace: NAMESPACE } } : snapshot;
}
