/**
 * What a watch costs over time: 10,000 fast rounds with orphans that appear at random (does it end them
 * all and nothing else, does it grow?), and a quiet hour in small.
 *
 *     sh tests/gate/bun.sh bench/watch.ts [ROUNDS]     (needs dist/agent-reaper; some minutes)
 *
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Told } from "../tests/support/programs/watch-storm.ts";

const root = join(import.meta.dir, "..");
const binary = join(root, "dist/agent-reaper");
const rounds = Number(process.argv[2] ?? 10_000);
const QUIET_ROUNDS = 50;
const TICKS_PER_SECOND = 100;

const directory = mkdtempSync(join(tmpdir(), "watch-"));
const env = {
  PATH: process.env["PATH"] ?? "",
  LC_ALL: "C",
  HOME: join(directory, "home"),
  TMPDIR: join(directory, "tmp"),
  AGENT_REAPER_STATE: join(directory, "state"),
};
for (const path of [env.HOME, env.TMPDIR]) mkdirSync(path);
try {
  await storm();
  await quiet();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function storm(): Promise<void> {
  const output = join(directory, "output.json");
  const inside = [
    ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "tini", "-s", "--"],
    process.execPath,
    join(root, "tests/support/programs/inside.ts"),
    join(root, "tests/support/programs/watch-storm.ts"),
    output,
    JSON.stringify({ binary, rounds }),
  ];
  const began = performance.now();
  const exitCode = await Bun.spawn(inside, { env, cwd: directory, stdio: ["ignore", "inherit", "inherit"] }).exited;
  if (exitCode !== 0) throw new Error(`the storm failed with ${exitCode}`);
  const told = JSON.parse(readFileSync(output, "utf8")) as Told;
  const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  console.log(
    `${told.rounds} rounds in ${((performance.now() - began) / 1000).toFixed(0)} s, ${told.failedRounds} failed`,
  );
  console.log(
    `${told.orphans} orphans appeared, ${told.orphansLeft} are left; ${told.strangers.length} others were touched`,
  );
  console.log(`whoever somebody is responsible for ${told.stayed ? "stayed" : "DID NOT STAY"}`);
  console.log(
    `after a quarter: ${mib(told.early.rssBytes)}, ${told.early.descriptors} descriptors; ` +
      `at the end: ${mib(told.late.rssBytes)}, ${told.late.descriptors} descriptors`,
  );
}

/** Looks at this machine and touches nobody: in a pid namespace of its own with nothing in it. */
async function quiet(): Promise<void> {
  const watch = Bun.spawn(
    ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--", binary, "watch", "--now", "--every", "200ms"],
    { env, cwd: directory, stdout: "ignore", stderr: "inherit" },
  );
  await Bun.sleep(1_000);
  const pid = Number(readFileSync(`/proc/${watch.pid}/task/${watch.pid}/children`, "utf8").trim());
  const before = ticks(pid);
  await Bun.sleep(QUIET_ROUNDS * 200);
  const perRoundMs = ((ticks(pid) - before) / TICKS_PER_SECOND / QUIET_ROUNDS) * 1000;
  watch.kill("SIGKILL");
  await watch.exited;
  console.log(
    `a quiet round takes ${perRoundMs.toFixed(1)} ms of processor time; a day at one every 5 min: ${
      (perRoundMs * 0.288).toFixed(1)
    } s`,
  );
}

/** User and system time (proc_pid_stat(5), fields 14 and 15). */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
