/**
 * The registry of plugins: those that come with the program.
 *
 * @module
 */
import type { Action, Backend, Guard, LeftoverMatcher, Matcher, Proof, Reporter } from "./contract.ts";
import { actions, backends, guards, leftoverMatchers, matchers, reporters } from "../plugins/index.ts";
import { REGISTERED } from "./judge/claims.ts";
import { proofs } from "./judge/proofs/index.ts";

/** All plugins of a run. */
export interface Plugins {
  readonly backends: readonly Backend[];
  readonly matchers: readonly Matcher[];
  readonly guards: readonly Guard[];
  readonly proofs: readonly Proof[];
  readonly leftoverMatchers: readonly LeftoverMatcher[];
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
