/**
 * The registry of plugins: those that come with the program.
 *
 * @module
 */
import type { Action, Backend, Reporter } from "./contract.ts";
import { actions, backends, guards, leftoverMatchers, matchers, reporters } from "../plugins/index.ts";
import { REGISTERED } from "./judge/claims.ts";
import { proofs } from "./judge/proofs/index.ts";
import type { Judges } from "./judges.ts";

/** All plugins of a run. */
export interface Plugins extends Judges {
  readonly backends: readonly Backend[];
  readonly reporters: readonly Reporter[];
  readonly actions: readonly Action[];
}

/** What `--only` may name: matchers, `leftovers` for all that lies on disk, `registered` for what hosts put on record. */
export function onlyNames({ matchers, leftoverMatchers }: Plugins): readonly string[] {
  return [...[...matchers, ...leftoverMatchers].map(({ name }) => name), "leftovers", REGISTERED].toSorted();
}

/** The plugins that come with the program. */
export function builtin(): Plugins {
  return { backends, matchers, guards, proofs, leftoverMatchers, reporters, actions };
}
