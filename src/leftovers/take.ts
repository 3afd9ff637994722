/**
 * Takes away the leftovers of a plan: asks everything once more right before, writes down what is
 * intended, and says what became of each. Needs nothing of the rest of the engine.
 *
 * @module
 */
import type { LeftoverMatcher, Machine } from "../contract.ts";
import type { Journal, RemovalIntent } from "../execute.ts";
import type { Quarantine } from "../quarantine/keep.ts";
import { askAgain, placesOf } from "./judge.ts";
import { takeAway, type Taking } from "./removal.ts";
import type { LeftoverFinding, Plan, Result } from "../report.ts";
import type { Table } from "../table.ts";

/** What taking leftovers away takes. */
export interface TakeLeftovers {
  readonly machine: Machine;
  readonly plugins: { readonly leftoverMatchers: readonly LeftoverMatcher[] };
  /** The table they were judged by. */
  readonly table: Table;
  readonly plan: Pick<Plan, "remove">;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((result: Result) => void) | undefined;
  readonly journal?: Journal | undefined;
  /** Takes them in place of removing them. */
  readonly quarantine?: Quarantine | undefined;
}

/** Takes away those that the plan names. */
export async function takeLeftovers(leftovers: readonly LeftoverFinding[], how: TakeLeftovers): Promise<Result[]> {
  const wanted = new Set(how.plan.remove);
  const findings = new Map(
    leftovers.filter(({ leftover }) => wanted.has(leftover.path)).map((finding) => [finding.leftover.path, finding]),
  );
  if (findings.size === 0) return [];
  const { machine, table, quarantine, plugins: { leftoverMatchers } } = how;
  const places = placesOf(machine, leftoverMatchers);
  const intents = new Map<string, RemovalIntent>();
  const taking: Taking = {
    owner: table.viewer.uid,
    again({ path }) {
      const finding = findings.get(path) as LeftoverFinding;
      const changed = askAgain(finding, table, machine, leftoverMatchers, places);
      if (changed !== undefined || how.journal === undefined) return changed;
      const intent = intentOf(finding, how);
      intents.set(path, intent);
      how.journal.intend([intent]);
      return undefined;
    },
    ...(quarantine === undefined
      ? {}
      : { keep: ({ path }, move) => quarantine.take(findings.get(path) as LeftoverFinding, move) }),
  };
  const results: Result[] = [];
  for (const round of takeAway([...findings.values()].map(({ leftover }) => leftover), taking)) {
    for (const [{ path }, removal] of round) {
      const result: Result = { path, ...removal };
      const intent = intents.get(path);
      if (intent !== undefined) how.journal?.settle(intent, result);
      how.progress?.(result);
      results.push(result);
    }
    // Whoever presses Ctrl-C is heard only between two rounds.
    await new Promise((resolve) => setImmediate(resolve));
    if (how.signal?.aborted === true) break;
  }
  return results;
}

function intentOf(
  { leftover, family, because }: LeftoverFinding,
  { machine, quarantine }: TakeLeftovers,
): RemovalIntent {
  const { path, modifiedAt } = leftover;
  return {
    path,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    bootId: machine.host.bootId,
    action: quarantine === undefined ? "remove-leftover" : "quarantine-leftover",
    family,
    because,
  };
}
