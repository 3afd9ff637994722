/**
 * The registry as a run uses it, wherever it is kept. What goes wrong with it is said and stops nobody.
 *
 * @module
 */
import { errorText } from "../errors.ts";
import { redactText } from "../redact.ts";
import { visible } from "../text.ts";
import type { Table } from "../table.ts";
import type { Entry, EntryKey, RegistryStore, Session } from "./entry.ts";
import { sessionStanding } from "./standing.ts";

/** A registry whose failures are warnings. */
export class Registry {
  readonly #store: RegistryStore | undefined;
  readonly #warnings: Set<string> = new Set();
  #sessions: readonly Session[] = [];

  /** `trouble`: why there is no store although there should be one. */
  constructor(store: RegistryStore | undefined, trouble?: unknown) {
    this.#store = store;
    if (trouble !== undefined) this.#warn(trouble);
  }

  /** What went wrong, each once. */
  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /** What is on record; nothing when it cannot be read. To be asked before the machine is looked at. */
  async entries(): Promise<readonly Entry[]> {
    try {
      this.#sessions = await this.#store?.sessions() ?? [];
      return await this.#store?.entries() ?? [];
    } catch (error) {
      this.#warn(error);
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

  #warn(error: unknown): void {
    this.#warnings.add(`the registry is left out: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  return visible(redactText(errorText(error)));
}
