/**
 * Two more questions: what a hundred stubborn orphans cost beyond their grace, and what judging alone costs.
 *
 * @module
 */
import { join } from "node:path";
import type { Built } from "./build.ts";
import type { LeftoverRound } from "./leftovers.ts";
import type { RunRound } from "./run-beside.ts";
import { median, shown } from "./table.ts";

const LARGEST_CASE = join(import.meta.dir, "..", "tests", "corpus", "cases", "scale-linux-server-2800.json");
const AIM_BEYOND_GRACE = 0.4;
const AIM_JUDGE_MS = 10;
const AIM_RUN_MS = 20;

/** What the reaper took, in grace periods of one second. */
export function reapedAtOnce(graces: readonly number[]): string {
  const middle = median(graces);
  const reached = middle - 1 <= AIM_BEYOND_GRACE ? "reached" : "missed";
  return `\`reap\` of 100 orphans that ignore TERM: ${shown(middle)} grace periods of 1 s (aim ≤ ${
    shown(1 + AIM_BEYOND_GRACE)
  }: ${reached})`;
}

interface Judged {
  readonly readMs: number;
  readonly judgeMs: number;
}

/** What judging the largest recorded table takes beside reading it. */
export function judgedAtOnce(built: Built, rounds: number): string {
  const runs = Array.from({ length: rounds }, () => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([built.judge, LARGEST_CASE], { stdin: "ignore" });
    if (exitCode !== 0) throw new Error(`judge: ${stderr}`);
    return JSON.parse(stdout.toString()) as Judged;
  });
  const share = median(runs.map(({ readMs, judgeMs }) => judgeMs / readMs));
  const reached = median(runs.map(({ judgeMs }) => judgeMs)) < AIM_JUDGE_MS ? "reached" : "missed";
  return `Judging the largest recorded table (2,800 processes): ${
    shown(share)
  } × the time it takes to read the file (aim < ${AIM_JUDGE_MS} ms: ${reached})`;
}

/** What finding and removing thousands of stale directories takes beside `rm -rf`. */
export function leftoversAtOnce(count: number, rounds: readonly LeftoverRound[]): string {
  const against = (what: "scan" | "reap", of: "wallMs" | "cpuMs") =>
    shown(median(rounds.map((round) => round[what][of] / round.rm[of])));
  return `${count.toLocaleString("en")} stale directories ÷ \`rm -rf\` of as many, wall · processor: found and judged ${
    against("scan", "wallMs")
  } · ${against("scan", "cpuMs")}, found, judged and removed ${against("reap", "wallMs")} · ${
    against("reap", "cpuMs")
  }`;
}

/** What `run` adds to a command: the runtime starts once, and its copy is the guardian. */
export function addedByRun(rounds: readonly RunRound[]): string {
  const added = median(rounds.map(({ addedMs }) => addedMs));
  const starts = median(rounds.map(({ addedMs, emptyMs }) => addedMs / emptyMs));
  const reached = added < AIM_RUN_MS ? "reached" : "missed";
  return `\`run\` adds ${shown(starts)} starts of an empty program to a command (aim < ${AIM_RUN_MS} ms: ${reached})`;
}
