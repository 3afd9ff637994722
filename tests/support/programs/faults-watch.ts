/**
 * Inside: a watch, while the kernel answers one kind of its calls with an error, for a while or for ever.
 *
 * @module
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Field, isAlive, plainOrphan } from "../orphans.ts";

/** What came of it. */
export interface Told {
  readonly watches: readonly Watched[];
  /** Who must be alive at the end, and is not. */
  readonly kept: readonly number[];
}

/** One watch. */
export interface Watched {
  readonly fault: string;
  /** So often a call failed. */
  readonly failed: number;
  /** It ended who does not end when it is asked to. */
  readonly isEnded: boolean;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: readonly string[];
  /** How long it took to end when it was told to. */
  readonly endedInMs: number;
  /** Of a second that it ran. */
  readonly processorMs: number;
}

/** A fault, and how long it is watched: `until ended`, or for a moment. */
export interface Input {
  readonly binary: string;
  readonly faults: readonly {
    readonly fault: string;
    readonly only?: string;
    readonly lasts: "until ended" | "a second";
  }[];
}

/** Runs one watch after the other. */
export default async function run({ binary, faults }: Input): Promise<Told> {
  const field = new Field();
  const state = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper");
  const trace = join(field.directory, "trace");
  const kept = [
    (await field.launched([])).pid,
    ...(await plainOrphan(field, { env: { AGENT_REAPER_KEEP: "1" } })).pids,
  ];
  const young = ["--min-age", "0s"];
  const watches: Watched[] = [];
  for (const { fault, only, lasts } of faults) {
    rmSync(state, { recursive: true, force: true });
    const [lost = 0] = (await plainOrphan(field, { onTerm: "ignores" })).pids;
    // What is remembered from before holds as long as nothing else can be written there.
    Bun.spawnSync([binary, "sweep", ...young]);
    const how = ["-f", "-qq", "-o", trace, "-e", `trace=${fault.split(":")[0]}`, "-e", "signal=none"];
    const where = only === undefined ? [] : ["-P", join(state, only)];
    const options = ["--every", "30ms", "--now", "--confirm", "1", "--grace", "50ms", ...young];
    const strace = ["strace", ...how, "-e", `inject=${fault}`, ...where];
    const watch = Bun.spawn([...strace, binary, "watch", ...options], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const said = Promise.all([new Response(watch.stdout).text(), new Response(watch.stderr).text()]);
    const began = performance.now();
    const isOver = () => performance.now() - began > (lasts === "a second" ? 1_000 : 20_000);
    while (!isOver() && watch.exitCode === null && (lasts === "a second" || isAlive(lost))) await Bun.sleep(10);
    const toldAt = performance.now();
    if (watch.exitCode === null) process.kill(childOf(watch.pid), "SIGTERM");
    await watch.exited;
    const endedInMs = performance.now() - toldAt;
    const [stdout, stderr] = await said;
    const isEnded = !isAlive(lost);
    if (!isEnded) process.kill(lost, "SIGKILL");
    watches.push({
      fault,
      failed: readFileSync(trace, "latin1").split("(INJECTED)").length - 1,
      isEnded,
      exitCode: watch.exitCode,
      stdout,
      stderr: stderr.replaceAll(state, "").split("\n").filter(Boolean),
      endedInMs,
      processorMs: Number(watch.resourceUsage()?.cpuTime.total) / 1_000 / Math.max((toldAt - began) / 1_000, 1),
    });
  }
  return { watches, kept: kept.filter((pid) => !isAlive(pid)) };
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ")[0]);
}
