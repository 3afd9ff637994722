/**
 * The plugins that judge: pure, and all that a look takes. What sees machines, acts and reports is loaded by those who
 * need it (src/plugins.ts).
 *
 * @module
 */
import type { Guard, LeftoverMatcher, Matcher, Proof } from "./contract.ts";
import { guards, matchers } from "../plugins/judges.ts";
import { proofs } from "./judge/proofs/index.ts";

/** Who judges. */
export interface Judges {
  readonly matchers: readonly Matcher[];
  readonly guards: readonly Guard[];
  readonly proofs: readonly Proof[];
  readonly leftoverMatchers: readonly LeftoverMatcher[];
}

/** Those of processes that come with the program. */
export const judges: Judges = { matchers, guards, proofs, leftoverMatchers: [] };
