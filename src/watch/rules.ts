/**
 * By what a round goes: the configuration as it is then. A person who spares somebody waits for no restart of whoever would
 * end them.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { Config, Rules } from "../config.ts";

/** Where the rules come from. */
export interface Source {
  /** Throws when it is wrong. */
  readonly read: () => Config;
  /** Throws when they name what there is not. */
  readonly rulesOf: (configured: Config) => Rules;
}

/**
 * The rules of round after round. A file that is just being written is empty for a moment, and an empty one spares nobody: so
 * what is new, or wrong, counts when it has been read twice.
 */
export class RulesOfRounds {
  readonly #source: Source;
  #configured: Config;
  #rules: Rules;
  /** What was read last and does not count yet; null: it was wrong. */
  #next: Config | null | undefined;

  constructor(source: Source) {
    this.#source = source;
    this.#configured = source.read();
    this.#rules = source.rulesOf(this.#configured);
  }

  /** What holds. */
  get now(): Rules {
    return this.#rules;
  }

  /**
   * Reads again. Until it is certain what holds nobody is to be ended.
   *
   * @throws {ParseError} When what is written there is wrong.
   */
  reread(): "same" | "changed" | "uncertain" {
    const before = this.#next;
    let configured: Config;
    try {
      configured = this.#source.read();
    } catch (error) {
      this.#next = null;
      if (before === null) throw error;
      return "uncertain";
    }
    if (before === undefined && isDeepStrictEqual(configured, this.#configured)) return "same";
    this.#next = configured;
    if (before === undefined || before === null || !isDeepStrictEqual(configured, before)) return "uncertain";
    const isNew = !isDeepStrictEqual(configured, this.#configured);
    if (isNew) this.#rules = this.#source.rulesOf(configured);
    this.#configured = configured;
    this.#next = undefined;
    return isNew ? "changed" : "same";
  }
}
