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

/** The rules of round after round: the same ones as long as the configuration says the same. */
export class RulesOfRounds {
  readonly #source: Source;
  #configured: Config;
  #rules: Rules;

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
   * Reads again, and tells whether something else holds now.
   *
   * @throws {ParseError} When what is written there is wrong.
   */
  reread(): boolean {
    const configured = this.#source.read();
    if (isDeepStrictEqual(configured, this.#configured)) return false;
    this.#rules = this.#source.rulesOf(configured);
    this.#configured = configured;
    return true;
  }
}
