/**
 * Who may not be signalled, or goes on after it was ended by force: to go at them again in every round helps nobody and
 * fills the ledger. They are tried again after a minute, then after twice as long each time, and told once.
 *
 * @module
 */
import type { Process } from "../contract.ts";
import type { Finding, Outcome, Result } from "../report.ts";
import { programOf } from "../sightings.ts";

const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;
const REFUSED: ReadonlySet<Outcome> = new Set(["denied", "survived"]);

interface Refused {
  readonly result: Result;
  readonly waitMs: number;
  /** Time is counted while the machine is awake. */
  readonly againAtMs: number;
}

/** Remembers them, for as long as a watch runs and they are orphans. */
export class Refusals {
  #known: ReadonlyMap<string, Refused> = new Map();

  /** Whether it was refused so shortly ago that it would be again. */
  isTooSoon(root: Process, awakeMs: number): boolean {
    const known = this.#known.get(identity(root));
    return known !== undefined && awakeMs < known.againAtMs;
  }

  /** What a round brought. Whoever is no orphan any more is forgotten. */
  settle(orphans: readonly Finding[], results: readonly Result[], awakeMs: number): void {
    const outcomes = new Map(results.map((result) => [result.pid, result]));
    const known = new Map<string, Refused>();
    for (const { root } of orphans) {
      const name = identity(root);
      const before = this.#known.get(name);
      const result = outcomes.get(root.pid);
      if (result === undefined) {
        if (before !== undefined) known.set(name, before);
      } else if (REFUSED.has(result.outcome)) {
        const waitMs = before === undefined ? FIRST_MS : Math.min(2 * before.waitMs, LONGEST_MS);
        known.set(name, { result, waitMs, againAtMs: awakeMs + waitMs });
      }
    }
    this.#known = known;
  }

  /** What an earlier round was told of these, which holds until they are tried again. */
  standing(orphans: readonly Finding[]): Result[] {
    return orphans.flatMap(({ root }) => this.#known.get(identity(root))?.result ?? []);
  }
}

/** Whoever runs another program may be signalled by now. */
function identity(root: Process): string {
  return `${root.pid} ${root.startToken ?? "?"} ${programOf(root)}`;
}
