/**
 * Inside: grows all kinds of trees and lets the binary scan, rehearse and reap.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allKinds, Field, isAlive, stateOf } from "../orphans.ts";
import { linesToOthers } from "../trace.ts";

/** What the test asserts on. */
export interface Told {
  readonly trees: readonly {
    name: string;
    fate: string;
    pids: readonly number[];
    alive: boolean[];
    states: string[];
  }[];
  readonly scanned: readonly number[];
  readonly rehearsed: readonly number[];
  readonly aliveAfterRehearsal: boolean;
  readonly reaped: {
    readonly terminate: readonly number[];
    readonly outcomes: Readonly<Record<string, string>>;
    readonly exitCode: number;
  };
  readonly leftAfterwards: readonly number[];
  /** Who was signalled, by strace. */
  readonly signalled: readonly number[];
}

export default async function run(input: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const trees = await allKinds(field);
  const reaper = (...args: string[]) => {
    const { stdout, stderr, exitCode } = Bun.spawnSync([
      ...args.slice(0, args.indexOf("--")),
      input.binary,
      ...args.slice(args.indexOf("--") + 1),
    ]);
    if (exitCode > 1) throw new Error(`${args.join(" ")} ended with ${exitCode}: ${stderr}`);
    return { report: JSON.parse(stdout.toString()), exitCode };
  };
  const young = ["--json", "--min-age", "0s"];
  const scanned = reaper("--", "scan", ...young).report.plan.terminate;
  const rehearsed = reaper("--", "reap", "--dry-run", "--yes", ...young).report.plan.terminate;
  const aliveAfterRehearsal = trees.every(({ pids }) => pids.every(isAlive));

  const log = join(field.directory, "strace");
  const strace = ["strace", "-f", "-o", log, "-e", "trace=kill,tgkill,tkill,pidfd_open,pidfd_send_signal"];
  const { report, exitCode } = reaper(...strace, "--", "reap", "--yes", "--grace", "5s", ...young);
  return {
    trees: trees.map(({ name, fate, pids }) => ({
      name,
      fate,
      pids,
      alive: pids.map(isAlive),
      states: pids.filter(isAlive).map((pid) => stateOf(pid) ?? "?"),
    })),
    scanned,
    rehearsed,
    aliveAfterRehearsal,
    reaped: {
      terminate: report.plan.terminate,
      outcomes: Object.fromEntries(
        report.results.map((result: { pid: number; outcome: string }) => [result.pid, result.outcome]),
      ),
      exitCode,
    },
    leftAfterwards: reaper("--", "scan", ...young).report.plan.terminate,
    signalled: readSignalled(readFileSync(log, "utf8")),
  };
}

/** Pids that got a real signal. Signal 0 asks and sends nothing. */
function readSignalled(log: string): number[] {
  const signalled = new Set<number>();
  const pids = new Map<string, number>();
  for (const line of linesToOthers(log)) {
    const opened = /pidfd_open\((\d+),.*= (\d+)$/.exec(line);
    if (opened !== null) pids.set(opened[2] as string, Number(opened[1]));
    const sent = /pidfd_send_signal\((\d+), (SIG\w+)/.exec(line);
    if (sent !== null) signalled.add(pids.get(sent[1] as string) ?? -1);
    const killed = /\b(?:t|tg)?kill\((-?\d+),.*SIG(?!0)\w+/.exec(line);
    if (killed !== null) signalled.add(Number(killed[1]));
  }
  return [...signalled].sort((a, b) => a - b);
}
