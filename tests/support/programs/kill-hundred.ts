/**
 * Inside: a hundred orphans that ignore TERM, on a clock that only sleeping moves.
 *
 * @module
 */
import procfs from "../../../plugins/backends/procfs/index.ts";
import terminate from "../../../plugins/actions/terminate.ts";
import type { Hold } from "../../../src/contract.ts";
import { execute } from "../../../src/execute.ts";
import { ManualClock } from "../clock.ts";
import { orphan } from "../fake-machine.ts";
import { Field, isAlive, plainOrphans } from "../orphans.ts";

/** What the test asserts on. */
export interface Told {
  readonly outcomes: string[];
  readonly alive: number;
  /** When KILL was sent to each, on the injected clock since the first TERM. */
  readonly killedAtMs: number[];
  readonly askedAtMs: number[];
}

export default async function run({ count, graceMs }: { count: number; graceMs: number }): Promise<Told> {
  const field = new Field();
  const trees = await plainOrphans(field, count, { onTerm: "ignores" });
  const pids = new Set(trees.flatMap(({ pids }) => pids));
  const machine = procfs.open({});
  const targets = machine.list("all").filter(({ pid }) => pids.has(pid));
  machine.read(targets, new Set(["owner", "executable", "command"]), new Set());
  // The kernel's own work after KILL takes real time.
  const clock = new ManualClock((now) => Bun.sleep(now > graceMs ? 50 : 0));
  const askedAtMs = new Set<number>();
  const killedAtMs = new Set<number>();
  const noting = (hold: Hold): Hold => ({
    ...hold,
    send(signal) {
      if (signal === "TERM") askedAtMs.add(clock.now());
      if (signal === "KILL") killedAtMs.add(clock.now());
      return hold.send(signal);
    },
  });
  const results = await execute(targets.map((target) => orphan([target])), {
    ...machine,
    hold(process) {
      const hold = machine.hold(process);
      return "refused" in hold ? hold : noting(hold);
    },
  }, { action: terminate, policy: { graceMs }, clock });
  machine.close();
  return {
    outcomes: results.map(({ outcome }) => outcome),
    alive: [...pids].filter(isAlive).length,
    askedAtMs: [...askedAtMs],
    killedAtMs: [...killedAtMs],
  };
}
