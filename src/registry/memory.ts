/**
 * A registry that lives as long as its host: for tests, and where there is no database.
 *
 * @module
 */
import { type Entry, type EntryKey, keyOf, type RegistryStore, type Session } from "./entry.ts";

/** Keeps entries and sessions in memory. */
export class MemoryRegistry implements RegistryStore {
  readonly #entries: Map<string, Entry> = new Map();
  readonly #sessions: Map<string, Session> = new Map();

  /** All entries, the oldest first. */
  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** Adds an entry; one of the same process takes its place. */
  register(entry: Entry): void {
    this.#entries.set(keyOf(entry), entry);
  }

  /** Takes an entry away; whether it was there. */
  unregister(key: EntryKey): boolean {
    return this.#entries.delete(keyOf(key));
  }

  /** All sessions, the oldest first. */
  sessions(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** Adds a session; one of the same name takes its place. */
  startSession(session: Session): void {
    this.#sessions.set(session.id, session);
  }

  /** Takes this session away, and none that took its name since; whether it was there. */
  endSession({ id, startedAt, originator }: Session): boolean {
    const found = this.#sessions.get(id);
    if (found?.startedAt !== startedAt || found.originator.pid !== originator.pid) return false;
    return this.#sessions.delete(id);
  }
}
