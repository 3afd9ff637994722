/**
 * What looks that nobody watches do with the orphans that are due: those that were seen before are asked to end, those
 * that were asked and stayed are ended by force.
 *
 * @module
 */
import { type Act, act } from "./act.ts";
import type { Judgement } from "./classify.ts";
import type { Finding, Result } from "./report.ts";
import { asked, grownBy, type Joined, type Seen, stepOf } from "./sightings.ts";

/** What it takes beside the judgement. */
export interface Stepping extends Omit<Act, "plan" | "registry" | "step" | "joined"> {
  readonly seen: readonly Seen[];
  readonly awakeMs: number;
  /** Told after each step who was seen, and how far we went with them. */
  readonly remember: (seen: readonly Seen[]) => void;
}

/** The next step with each of these trees that is due. It waits for nobody. */
export async function takeSteps(
  ending: readonly Finding[],
  judgement: Judgement,
  { seen: before, awakeMs, remember, ...request }: Stepping,
): Promise<readonly Result[]> {
  const { policy, signal } = request;
  const due = (step: "ask" | "force") => ending.filter(({ root }) => stepOf(root, before, awakeMs, policy) === step);
  const plan = { ...judgement.plan, remove: [], unregister: [] };
  const results: Result[] = [];
  let seen = before;
  // Both before the first: who is asked now is looked at again before the next step, however short the grace.
  for (const [step, trees] of [["ask", due("ask")], ["force", due("force")]] as const) {
    if (trees.length === 0 || signal?.aborted === true) continue;
    const joined: Joined[] = [];
    const done = await act(trees, judgement, { ...request, plan, step, joined: (...one) => joined.push(one) });
    results.push(...done);
    seen = asked(seen, grownBy(joined, trees), done, awakeMs);
    remember(seen);
  }
  return results;
}
