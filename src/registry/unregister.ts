/**
 * Takes off the registry what has ended, before this run or in it. Signals nobody.
 *
 * @module
 */
import type { Outcome } from "../contract.ts";
import type { Plan, RegisteredFinding, Result } from "../report.ts";
import { keyFor } from "./entry.ts";
import type { Registry } from "./registry.ts";

/** Of these nothing is left. */
const OVER: ReadonlySet<Outcome> = new Set(["ended", "killed", "gone", "respawned"]);

/** Says what became of the entries of the plan; of what was ended just now its own result says enough. */
export async function unregister(
  registry: Registry,
  plan: Plan,
  registered: readonly RegisteredFinding[],
  results: readonly Result[],
): Promise<Result[]> {
  const ended = new Set(results.filter(({ outcome }) => OVER.has(outcome)).map(nameOf));
  for (const { entry, verdict } of registered) {
    const isThere = verdict !== "dead" && verdict !== "replaced";
    if (isThere && ended.has(nameOf(entry))) await registry.unregister(keyFor(entry));
  }
  const told: Result[] = [];
  for (const key of plan.unregister) {
    const failure = await registry.unregister(key);
    const { pid, startToken } = key;
    told.push(
      failure === undefined
        ? { pid, startToken, outcome: "unregistered", because: "its process is gone; nobody was signalled" }
        : { pid, startToken, outcome: "failed", because: failure },
    );
  }
  return told;
}

function nameOf({ pid, startToken }: { readonly pid?: number; readonly startToken?: string }): string {
  return `${pid} ${startToken}`;
}
