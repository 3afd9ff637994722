/**
 * The registry in the person's database.
 *
 * @module
 */
import type { Row } from "../store/sql.ts";
import type { Store } from "../store/store.ts";
import type { Entry, EntryKey, Numbering, Originator, RegistryStore, Session } from "./entry.ts";

const CONTAINMENTS = ["contained", "detached"] as const;
const SAME = "boot = ? AND namespace IS ? AND pid = ? AND start = ?";

/** Keeps entries and sessions in SQLite. */
export class StoredRegistry implements RegistryStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  entries(): readonly Entry[] {
    return this.#store.read("SELECT * FROM registered ORDER BY registered_at, pid", entryOf);
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
    return this.#store.read("SELECT * FROM sessions ORDER BY started_at, id", sessionOf);
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
  const ppid = numberIn(row, "ppid");
  const command = textIn(row, "command");
  const cwd = textIn(row, "cwd");
  const session = textIn(row, "session");
  return {
    ...numberingOf(row),
    pid: there(numberIn(row, "pid")),
    startToken: there(textIn(row, "start")),
    ...(ppid === undefined ? {} : { ppid }),
    kind: there(textIn(row, "kind")),
    ...(command === undefined ? {} : { command: JSON.parse(command) as string[] }),
    ...(cwd === undefined ? {} : { cwd }),
    originator: originatorOf(row),
    ...(session === undefined ? {} : { session }),
    containment: there(CONTAINMENTS.find((one) => one === row["containment"])),
    registeredAt: there(numberIn(row, "registered_at")),
  };
}

function sessionOf(row: Row): Session {
  const cwd = textIn(row, "cwd");
  return {
    ...numberingOf(row),
    id: there(textIn(row, "id")),
    kind: there(textIn(row, "kind")),
    ...(cwd === undefined ? {} : { cwd }),
    originator: originatorOf(row),
    startedAt: there(numberIn(row, "started_at")),
  };
}

function numberingOf(row: Row): Numbering {
  const pidNamespace = textIn(row, "namespace");
  return { bootId: there(textIn(row, "boot")), ...(pidNamespace === undefined ? {} : { pidNamespace }) };
}

function originatorOf(row: Row): Originator {
  const startToken = textIn(row, "originator_start");
  return {
    tool: there(textIn(row, "originator_tool")),
    pid: there(numberIn(row, "originator_pid")),
    ...(startToken === undefined ? {} : { startToken }),
  };
}

// SQLite hands out what it finds in a damaged file, whatever the schema says: what was detached must not be taken for contained.

function textIn(row: Row, column: string): string | undefined {
  const value = row[column];
  if (value === null) return undefined;
  if (typeof value !== "string") throw new TypeError(column);
  return value;
}

function numberIn(row: Row, column: string): number | undefined {
  const value = row[column];
  if (value === null) return undefined;
  if (!Number.isSafeInteger(value)) throw new TypeError(column);
  return value as number;
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("missing");
  return value;
}
