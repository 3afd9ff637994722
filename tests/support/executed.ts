/**
 * Ends processes of a world that is made up.
 *
 * @module
 */
import terminate from "../../plugins/actions/terminate.ts";
import { execute, type ExecuteOptions } from "../../src/execute.ts";
import type { Outcome, Result } from "../../src/report.ts";
import { ManualClock } from "./clock.ts";
import { lookAt, orphan, type World } from "./fake-machine.ts";

/** What each is given where nothing else is said. */
export const GRACE_MS = 5_000;

/** What became of them. */
export interface Executed {
  readonly results: readonly Result[];
  readonly clock: ManualClock;
  readonly outcomes: readonly (readonly [pid: number | undefined, outcome: Outcome])[];
}

/** A look some ticks after all were born, then the end of those named. */
export async function reap(
  world: World,
  pids: readonly (readonly number[])[],
  options: Partial<ExecuteOptions> = {},
): Promise<Executed> {
  const machine = world.machine();
  world.tick += 10;
  const seen = new Map(lookAt(machine).map((draft) => [draft.pid, draft]));
  const findings = pids.map((tree) => orphan(tree.map((pid) => seen.get(pid) ?? { pid, ppid: 1, startToken: "1" })));
  world.tick += 10;
  const clock = new ManualClock();
  const results = await execute(findings, machine, {
    action: terminate,
    policy: { graceMs: GRACE_MS },
    clock,
    ...options,
  });
  return { results, clock, outcomes: results.map(({ pid, outcome }) => [pid, outcome] as const) };
}
