/**
 * Takes away the leftovers of a plan: asks everything once more right before, writes down what is
 * intended, and says what became of each. Needs nothing of the rest of the engine.
 *
 * @module
 */
import { monotonicClock } from "../clock.ts";
import type { Leftover, LeftoverMatcher, Machine } from "../contract.ts";
import type { Journal, RemovalIntent } from "../execute.ts";
import type { Quarantine } from "../quarantine/keep.ts";
import { askAgain, placesOf } from "./judge.ts";
import { type Round, takeAway, type Taking } from "./removal.ts";
import type { LeftoverFinding, Plan, Result } from "../report.ts";
import type { Table } from "../table.ts";

/**
 * So old a table still tells who uses something. A reap waits for whom it has asked to end, large directories and slow disks
 * take their time, and others work on meanwhile.
 */
const FRESH_MS = 200;

/** What taking leftovers away takes. */
export interface TakeLeftovers {
  readonly machine: Machine;
  readonly plugins: { readonly leftoverMatchers: readonly LeftoverMatcher[] };
  /** The table they were judged by. */
  readonly table: Table;
  /** Looks at the machine once more, for all that is asked of everybody before one of these goes. */
  readonly lookAgain: (leftovers: readonly Leftover[]) => Table;
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
  const { machine, table, lookAgain, quarantine, plugins: { leftoverMatchers } } = how;
  const wantedOnes = [...findings.values()].map(({ leftover }) => leftover);
  let tables: readonly Table[] = [table];
  let roundBegan = 0;
  let isFirst = true;
  const hasTakenLong = () => monotonicClock.now() - roundBegan >= FRESH_MS;
  const places = placesOf(machine, leftoverMatchers);
  const intents = new Map<string, RemovalIntent>();
  const taking: Taking = {
    owner: table.viewer.uid,
    again({ path }) {
      if (!isFirst && hasTakenLong()) return "later";
      isFirst = false;
      const finding = findings.get(path) as LeftoverFinding;
      const changed = askAgain(finding, tables, machine, leftoverMatchers, places);
      if (changed !== undefined || how.journal === undefined || intents.has(path)) return changed;
      const intent = intentOf(finding, how);
      intents.set(path, intent);
      how.journal.intend([intent]);
      return hasTakenLong() ? "later" : undefined;
    },
    ...(quarantine === undefined
      ? {}
      : { keep: ({ path }, move) => quarantine.take(findings.get(path) as LeftoverFinding, move) }),
  };
  const results: Result[] = [];
  const rounds = takeAway(wantedOnes, taking);
  while (results.length < wantedOnes.length) {
    if (!isFresh(tables.at(-1) as Table)) tables = [table, lookAgain(wantedOnes)];
    roundBegan = monotonicClock.now();
    isFirst = true;
    const { value: round } = rounds.next() as IteratorYieldResult<Round>;
    for (const [{ path }, removal] of round) {
      const result: Result = { path, ...removal };
      const intent = intents.get(path);
      if (intent !== undefined) how.journal?.settle(intent, result);
      intents.delete(path);
      how.progress?.(result);
      results.push(result);
    }
    // Whoever presses Ctrl-C is heard only between two rounds, and not before what was begun is told.
    await new Promise((resolve) => setImmediate(resolve));
    if (how.signal?.aborted === true && intents.size === 0) break;
  }
  return results;
}

/** By the wall clock, which may have been set back since. */
function isFresh({ takenAt }: Table): boolean {
  const agoMs = Date.now() - takenAt;
  return agoMs >= 0 && agoMs < FRESH_MS;
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
