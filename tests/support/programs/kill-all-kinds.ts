/**
 * Inside: grows all kinds of trees, ends those that are to end, tells what became of everybody.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import procfs from "../../../plugins/backends/procfs/index.ts";
import terminate from "../../../plugins/actions/terminate.ts";
import { execute } from "../../../src/execute.ts";
import { graceClock } from "../clock.ts";
import { orphan } from "../fake-machine.ts";
import { allKinds, Field, isAlive, stateOf } from "../orphans.ts";

/** What the test asserts on. */
export interface Told {
  readonly trees: readonly { name: string; fate: string; outcomes: string[]; alive: boolean[]; states: string[] }[];
  /** Stand-ins that are left over and belong to no tree that stays. */
  readonly strays: number;
  readonly grips: string[];
}

const GRACE_MS = 1_000;
/** Trees that do not end when they are asked to. */
export const STUBBORN: readonly string[] = ["ignores TERM", "forks on TERM"];

export default async function run(): Promise<Told> {
  const field = new Field();
  const trees = await allKinds(field);
  const machine = procfs.open({});
  const table = machine.list("all");
  machine.read(table, new Set(["owner", "executable", "command"]), new Set());
  const byPid = new Map(table.map((draft) => [draft.pid, draft]));
  const findings = trees.filter(({ fate }) => fate === "ends").map(({ pids }) =>
    orphan(pids.map((pid) => byPid.get(pid) ?? { pid, ppid: -1 }))
  );
  // Those that stay had their TERM, and did with it what they do; all others have gone.
  const stubborn = trees.filter(({ name }) => STUBBORN.includes(name)).flatMap(({ pids }) => pids);
  const polite = trees.filter(({ name, fate }) => fate === "ends" && !STUBBORN.includes(name)).flatMap(({ pids }) =>
    pids
  );
  const results = await execute(findings, machine, {
    action: terminate,
    policy: { graceMs: GRACE_MS },
    clock: graceClock(
      GRACE_MS,
      () => stubborn.every((pid) => existsSync(join(field.logDirectory, `${pid}.15`))) && !polite.some(isAlive),
    ),
    mayTouch: () => true,
  });
  const outcome = new Map(results.map((result) => [result.pid, result.outcome]));
  const stay = new Set(trees.filter(({ fate }) => fate === "stays").flatMap(({ pids }) => pids));
  const standIns = machine.list("all");
  machine.read(standIns, new Set(["executable"]), new Set());
  const strays = standIns.filter((draft) => draft.exe?.includes("/claude/versions/") && !stay.has(draft.pid));
  machine.close();
  return {
    trees: trees.map(({ name, fate, pids }) => ({
      name,
      fate,
      outcomes: pids.map((pid) => outcome.get(pid) ?? "untouched"),
      alive: pids.map(isAlive),
      states: pids.filter(isAlive).map((pid) => stateOf(pid) ?? "?"),
    })),
    strays: strays.length,
    grips: [...new Set(results.map(({ grip }) => grip ?? "none"))],
  };
}
