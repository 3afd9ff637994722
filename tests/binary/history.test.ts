import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/cut-off.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

test("every reap keeps how the machine did, a dry run does not", async () => {
  const lines =
    `for round in 1 2; do "$1" reap --yes >/dev/null; done; "$1" history --json; "$1" history | grep -c "^memory in use"
    "$1" reap --dry-run >/dev/null; "$1" scan >/dev/null; "$1" history --json | grep -c zombie_count`;
  await runInNamespace(() => ["bash", "-c", lines, "bash", binary], {}, ({ stdout, stderr }) => {
    const [document, shown, kept] = stdout.split(/^\}$\n|\n(?=\d+\n$)/m);
    const { health, runs } = JSON.parse(`${document}}`) as {
      readonly health: readonly { readonly status: string; readonly details: Record<string, number> }[];
      readonly runs: readonly { readonly command: string }[];
    };
    expect(runs.map(({ command }) => command)).toEqual(["reap", "reap"]);
    expect(health).toHaveLength(2);
    for (const { status, details } of health) {
      expect(["ok", "warning"]).toContain(status);
      expect(details).toMatchObject({ zombie_threshold: 500, stale_processes_killed: 0 });
      expect(details["mem_total_mb"]).toBeGreaterThan(0);
    }
    expect([shown, kept?.trim(), stderr]).toEqual(["1", "2", ""]);
  });
});

test("what a kill -9 cut off between TERM and KILL is finished by the next run, in one line of the ledger", async () => {
  const told = await runInside<Told>(join(import.meta.dir, "../support/programs/cut-off.ts"), { binary });
  expect(told.aliveAfterCut).toBe(true);
  expect(told.open.actions).toMatchObject([{ pid: told.pid, attempts: 1 }]);
  expect(told.open.actions[0]?.outcome).toBeUndefined();
  expect(told.aliveAtEnd).toBe(false);
  expect(told.finished.actions).toMatchObject([{ pid: told.pid, attempts: 2, outcome: "killed" }]);
  expect(told.finished.actions[0]?.because).not.toBe("");
  expect(told.finished.runs.map(({ endedAt }) => endedAt !== undefined)).toEqual([false, true]);
  expect(told.again).toEqual({ ...told.finished, since: expect.any(String) } as never);
});
