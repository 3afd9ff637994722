/**
 * The benchmarks. Everything is told as a ratio between programs that ran in the same minute on the same processes, in
 * turns; a time alone says more about the machine than about the program.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNamespace } from "../tests/support/namespace.ts";
import { build, type Built } from "./build.ts";
import type { Measured } from "./inside.ts";
import type { LeftoverRound } from "./leftovers.ts";
import { addedByRun, judgedAtOnce, leftoversAtOnce, reapedAtOnce } from "./more.ts";
import type { RunRound } from "./run-beside.ts";
import type { Sweeps } from "./sweep.ts";
import { sweepTable } from "./sweep-table.ts";
import { growth, table } from "./table.ts";

/** How many processes, and how often everybody looks at them. */
const SIZES: readonly (readonly [count: number, rounds: number])[] = [[500, 31], [2000, 41], [8000, 15]];
/** How many stale directories on disk. */
const LEFTOVERS = 10_000;

const directory = mkdtempSync(join(tmpdir(), "bench-"));
try {
  const built = build(directory);
  const measured: Measured[] = [];
  for (const [count, rounds] of SIZES) {
    measured.push(await inside<Measured>("inside.ts", count, rounds, built));
    say(`${count} processes done`);
  }
  const swept: Sweeps[] = [];
  for (const count of [500, 2000]) swept.push(await inside<Sweeps>("sweep.ts", count, 41, built));
  say("sweeps done");
  const reaped = await inside<number[]>("reap.ts", 500, 3, built);
  const contained = await inside<RunRound[]>("run-beside.ts", 0, 41, built);
  const removed = await inside<LeftoverRound[]>("leftovers.ts", LEFTOVERS, 3, built);
  const parts = [
    table(measured),
    growth(measured),
    sweepTable(swept),
    reapedAtOnce(reaped),
    addedByRun(contained),
    judgedAtOnce(built, 15),
    leftoversAtOnce(LEFTOVERS, removed),
  ];
  await Bun.write(Bun.stdout, `${parts.join("\n\n")}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Runs one of our programs in a namespace that it may fill. */
function inside<T>(program: string, count: number, rounds: number, built: Built): Promise<T> {
  const words = [count, rounds, built].map((word) => JSON.stringify(word));
  return runInNamespace(
    () => [process.execPath, join(import.meta.dir, program), ...words],
    { silentInit: true },
    ({ stdout, stderr, exitCode }) => {
      if (exitCode !== 0) throw new Error(`${program} with ${count} processes: ${stderr}${stdout}`);
      return JSON.parse(stdout) as T;
    },
  );
}

function say(text: string): void {
  void Bun.write(Bun.stderr, `${text}\n`);
}
