/**
 * The registry in the person's database.
 *
 * @module
 */
import type { Row } from "../store/sql.ts";
import type { Store } from "../store/store.ts";
import type { Entry, EntryKey, Numbering, Originator, RegistryStore, Session } from "./entry.ts";

const SAME = "boot = ? AND namespace IS ? AND pid = ? AND start = ?";

/** Keeps entries and sessions in SQLite. */
export class StoredRegistry implements RegistryStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  entries(): readonly Entry[] {
    return this.#store.all("SELECT * FROM registered ORDER BY registered_at, pid").map(entryOf);
  }

  register(entry: Entry): void {
    const { originator } = entry;
    this.#store.run(
      `INSERT OR REPLACE INTO registered (
         boot, namespace, pid, start, ppid, kind, command, cwd,
         originator_tool, originator_pid, originator_start, session, containment, registered_at
       ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.bootId,
      entry.pidNamespace ?? null,
      entry.pid,
      entry.startToken,
      entry.ppid ?? null,
      entry.kind,
      entry.command === undefined ? null : JSON.stringify(entry.command),
      entry.cwd ?? null,
      originator.tool,
      originator.pid,
      originator.startToken ?? null,
      entry.session ?? null,
      entry.containment,
      entry.registeredAt,
    );
  }

  unregister({ bootId, pidNamespace, pid, startToken }: EntryKey): boolean {
    return this.#store.run(`DELETE FROM registered WHERE ${SAME}`, bootId, pidNamespace ?? null, pid, startToken) > 0;
  }

  sessions(): readonly Session[] {
    return this.#store.all("SELECT * FROM sessions ORDER BY started_at, id").map(sessionOf);
  }

  startSession(session: Session): void {
    const { originator } = session;
    this.#store.run(
      `INSERT OR REPLACE INTO sessions (
         id, kind, boot, namespace, cwd, originator_tool, originator_pid, originator_start, started_at
       ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      session.id,
      session.kind,
      session.bootId,
      session.pidNamespace ?? null,
      session.cwd ?? null,
      originator.tool,
      originator.pid,
      originator.startToken ?? null,
      session.startedAt,
    );
  }

  endSession({ id, startedAt, originator }: Session): boolean {
    const statement = "DELETE FROM sessions WHERE id = ? AND started_at = ? AND originator_pid = ?";
    return this.#store.run(statement, id, startedAt, originator.pid) > 0;
  }
}

function entryOf(row: Row): Entry {
  return {
    ...numberingOf(row),
    pid: row["pid"] as number,
    startToken: row["start"] as string,
    ...(row["ppid"] === null ? {} : { ppid: row["ppid"] as number }),
    kind: row["kind"] as string,
    ...(row["command"] === null ? {} : { command: JSON.parse(row["command"] as string) as string[] }),
    ...(row["cwd"] === null ? {} : { cwd: row["cwd"] as string }),
    originator: originatorOf(row),
    ...(row["session"] === null ? {} : { session: row["session"] as string }),
    containment: row["containment"] as Entry["containment"],
    registeredAt: row["registered_at"] as number,
  };
}

function sessionOf(row: Row): Session {
  return {
    ...numberingOf(row),
    id: row["id"] as string,
    kind: row["kind"] as string,
    ...(row["cwd"] === null ? {} : { cwd: row["cwd"] as string }),
    originator: originatorOf(row),
    startedAt: row["started_at"] as number,
  };
}

function numberingOf(row: Row): Numbering {
  return {
    bootId: row["boot"] as string,
    ...(row["namespace"] === null ? {} : { pidNamespace: row["namespace"] as string }),
  };
}

function originatorOf(row: Row): Originator {
  return {
    tool: row["originator_tool"] as string,
    pid: row["originator_pid"] as number,
    ...(row["originator_start"] === null ? {} : { startToken: row["originator_start"] as string }),
  };
}
