import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/reap-host-namespaces.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
const node = join(import.meta.dir, "../support/programs/reap-host-namespaces.ts");
/** As docs/deploy/daemonset.yaml grants them. */
const RIGHTS = readFileSync(join(import.meta.dir, "../../docs/deploy/daemonset.yaml"), "utf8");

// Who starts containers with networks of their own is root.
const isRoot = process.geteuid?.() === 0;
let told: Told;

beforeAll(async () => {
  if (!isRoot) return;
  const granted = /add: \[(.*)\]/.exec(RIGHTS)?.[1]?.toLowerCase().split(/,\s*/) ?? [];
  const rights = `--bounding-set=-all${granted.map((right) => `,+${right}`).join("")}`;
  told = await runInside<Told>(node, { binary, prefix: ["setpriv", rights, "--no-new-privs"] });
});

/** Who is to end, and who stays for which reason. */
const ENDS = ["lost", "session", "cut", "rootless"] as const;
const STAYS: Readonly<Record<string, RegExp>> = {
  healthy: /^owned: its parent is alive/,
  paired: /^owned: its parent is alive/,
  main: /^spared: it is what its container was started for$/,
  kept: /^spared: AGENT_REAPER_KEEP=1/,
  listed: /^spared: Claude's roster lists it/,
  hostile: /^unsure: .*roster\.json could not be read in there$/,
  numbered: /^unsure: .*nothing proves that nobody is there$/,
  script: /^unsure: pid 1 of its pid namespace \d+ \(pid \d+\) is no init .* may be its parent/,
};

test("with the rights of a node's agent, what is lost in containers ends, through its pidfd, and nothing else", () => {
  if (!isRoot) return;
  // Not every system lets an ordinary user make a container.
  const ends = ENDS.flatMap((label) => told.pids[label] ?? []).sort((a, b) => a - b);
  expect(ends.length).toBeGreaterThanOrEqual(ENDS.length - 1);
  expect(told.withoutFlag).toEqual([]);
  expect(told.replayed).toEqual(ends);
  expect(told.planned).toEqual(ends);
  expect(told.reaped).toEqual(ends);
  expect(told.grips).toEqual(ends.map(() => "pidfd"));
  expect(told.alive).toEqual(Object.keys(STAYS).sort());
});

for (const [label, because] of Object.entries(STAYS)) {
  test(`${label} stays for its own reason`, () => {
    if (isRoot) expect(told.because[label]).toMatch(because);
  });
}

test.each<[readonly string[], string]>([
  [["--host-namespaces"], "--host-namespaces: what runs in containers belongs to others: add --all-users"],
  [
    ["--host-namespaces", "--all-users", "--confidence", "likely"],
    "--confidence likely: --all-users ends what is proven and nothing else: leave it away",
  ],
  [
    ["--host-namespaces", "--all-users", "--backend", "proc-files"],
    "--host-namespaces: proc-files cannot look into containers; procfs on Linux can",
  ],
])("%j is refused", async (options, says) => {
  await runInNamespace(() => [binary, "scan", ...options], {}, ({ exitCode, stderr }) => {
    expect([exitCode, stderr]).toEqual([2, `agent-reaper: ${says}\n`]);
  });
});
