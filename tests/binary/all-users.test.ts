import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/reap-all-users.ts";

setDefaultTimeout(120_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

test("everybody's orphans end when they were asked for, and nobody's whose parent lives", async () => {
  if (process.geteuid?.() !== 0) {
    const { exitCode, stderr } = Bun.spawnSync([binary, "scan", "--all-users"], { stdin: "ignore" });
    expect([exitCode, stderr.toString()]).toEqual([
      2,
      "agent-reaper: --all-users: processes of others can be neither read nor ended: run it with sudo\n",
    ]);
    return;
  }
  const told = await runInside<Told>(join(import.meta.dir, "../support/programs/reap-all-users.ts"), { binary });
  const both = [told.mine, told.theirs].sort((a, b) => a - b);
  expect(told.ordinary).toEqual([told.mine]);
  expect(told.all).toEqual(both);
  expect(told.reaped).toEqual(both);
  expect(told.alive).toEqual({ mine: false, theirs: false, kept: true });
});

test.each<[readonly string[], string]>([
  [["--confidence", "likely"], "--confidence likely: --all-users ends what is proven and nothing else: leave it away"],
  [["--max-age", "2h"], "--max-age: age alone never ends another user's process: leave it or --all-users away"],
])("--all-users %j is refused", async (more, says) => {
  await runInNamespace(() => [binary, "scan", "--all-users", ...more], {}, ({ exitCode, stderr }) => {
    expect([exitCode, stderr]).toEqual([2, `agent-reaper: ${says}\n`]);
  });
});
