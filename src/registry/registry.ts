/**
 * The registry as a run uses it, wherever it is kept. What goes wrong with it is said and stops nobody.
 *
 * @module
 */
import { Complaint, EXIT } from "../complaint.ts";
import { errorText } from "../errors.ts";
import { redactText } from "../redact.ts";
import { visible } from "../text.ts";
import type { Table } from "../table.ts";
import type { Entry, EntryKey, RegistryStore, Session } from "./entry.ts";
import { sessionStanding } from "./standing.ts";

/**
 * What follows where it cannot be read. `warns`: it is told, and the person decides. `stops`: nobody watches, and whoever is
 * on record may be answered for by somebody that no table shows, so nobody is touched.
 */
export type Unreadable = "warns" | "stops";

/** A registry whose failures are warnings, but for what stops whoever acts unwatched. */
export class Registry {
  readonly #store: RegistryStore | undefined;
  readonly #unreadable: Unreadable;
  readonly #warnings: Set<string> = new Set();
  #sessions: readonly Session[] = [];

  constructor(store: RegistryStore | undefined, unreadable: Unreadable = "warns") {
    this.#store = store;
    this.#unreadable = unreadable;
  }

  /**
   * One that cannot even be opened.
   *
   * @throws {Complaint} When that stops whoever wants it.
   */
  static unopened(trouble: unknown, unreadable: Unreadable): Registry {
    const none = new Registry(undefined, unreadable);
    none.#lost(trouble);
    return none;
  }

  /** What went wrong, each once. */
  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /**
   * What is on record; nothing when it cannot be read. To be asked before the machine is looked at.
   *
   * @throws {Complaint} When it cannot be read, and that stops whoever asks.
   */
  async entries(): Promise<readonly Entry[]> {
    try {
      this.#sessions = await this.#store?.sessions() ?? [];
      return await this.#store?.entries() ?? [];
    } catch (error) {
      this.#lost(error);
      return [];
    }
  }

  /** Takes an entry off; says why it could not. */
  async unregister(key: EntryKey): Promise<string | undefined> {
    try {
      await this.#store?.unregister(key);
      return undefined;
    } catch (error) {
      this.#warn(error);
      return textOf(error);
    }
  }

  /** Forgets the sessions that nobody answers for any more and that nothing is left of. `table`: of the look since. */
  async forgetOver(table: Table): Promise<void> {
    try {
      const over = this.#sessions.filter((session) => sessionStanding(session, table).state === "over");
      if (over.length === 0) return;
      const named = new Set((await this.#store?.entries() ?? []).map((entry) => entry.session));
      for (const session of over) if (!named.has(session.id)) await this.#store?.endSession(session);
    } catch (error) {
      this.#warn(error);
    }
  }

  #lost(error: unknown): void {
    if (this.#unreadable === "warns") return this.#warn(error);
    throw new Complaint(`the registry cannot be read, so nobody is touched: ${textOf(error)}`, EXIT.cannotWorkHere);
  }

  #warn(error: unknown): void {
    this.#warnings.add(`the registry is left out: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  return visible(redactText(errorText(error)));
}
