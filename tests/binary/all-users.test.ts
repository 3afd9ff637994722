import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/reap-all-users.ts";

setDefaultTimeout(300_000);

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

/** As docs/deploy/daemonset.yaml grants them. */
const RIGHTS = readFileSync(join(import.meta.dir, "../../docs/deploy/daemonset.yaml"), "utf8");

test("the rights that a node's agent is given are enough, and none can be left away", async () => {
  if (process.geteuid?.() !== 0) return;
  const granted = /add: \[(.*)\]/.exec(RIGHTS)?.[1]?.toLowerCase().split(/,\s*/) ?? [];
  expect(granted.length).toBeGreaterThan(0);
  const reaped = async (rights: readonly string[]) => {
    const prefix = ["setpriv", `--bounding-set=-all${rights.map((right) => `,+${right}`).join("")}`, "--no-new-privs"];
    const told = await runInside<Told>(join(import.meta.dir, "../support/programs/reap-all-users.ts"), {
      binary,
      prefix,
    });
    return told.alive;
  };
  expect(await reaped(granted)).toEqual({ mine: false, theirs: false, kept: true });
  for (const left of granted) {
    const { theirs, kept } = await reaped(granted.filter((right) => right !== left));
    expect({ left, theirs, kept }).toEqual({ left, theirs: true, kept: true });
  }
});

test.each<[readonly string[], string]>([
  [["--confidence", "likely"], "--confidence likely: --all-users ends what is proven and nothing else: leave it away"],
  [["--max-age", "2h"], "--max-age: age alone never ends another user's process: leave it or --all-users away"],
])("--all-users %j is refused", async (more, says) => {
  await runInNamespace(() => [binary, "scan", "--all-users", ...more], {}, ({ exitCode, stderr }) => {
    expect([exitCode, stderr]).toEqual([2, `agent-reaper: ${says}\n`]);
  });
});
