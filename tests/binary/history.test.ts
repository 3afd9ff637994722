import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/cut-off.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

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
