/**
 * Compiled: looks, holds and ends the pids that it is given, where no process and no thread can be made.
 *
 *     nproc-probe OUTPUT_FILE PID... WILLING
 *
 * The last one ends when it is asked to, as soon as it gets a processor.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { goOnWithoutThreads } from "../../../plugins/backends/procfs/threads.ts";

/** What the test asserts on. */
export interface Told {
  /** What making a process failed with, before any was ended. */
  readonly spawn: string;
  readonly seen: number;
  readonly outcomes: readonly { pid: number | undefined; outcome: string; grip: string | undefined }[];
}

function trySpawn(): string {
  try {
    return `exit ${Bun.spawnSync(["/bin/true"]).exitCode}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

goOnWithoutThreads(process.argv.slice(2));
// As main.ts does: what is loaded before that may be enough for the engine to want a thread.
const [{ default: procfs }, { default: terminate }, { graceClock }, { execute }, { orphan }, { isAlive }] =
  await Promise
    .all([
      import("../../../plugins/backends/procfs/index.ts"),
      import("../../../plugins/actions/terminate.ts"),
      import("../clock.ts"),
      import("../../../src/execute.ts"),
      import("../fake-machine.ts"),
      import("../orphans.ts"),
    ]);
const [output, ...pids] = process.argv.slice(2) as [string, ...string[]];
const spawn = trySpawn();
const machine = procfs.open({});
const table = machine.list("all");
const targets = table.filter(({ pid }) => pids.includes(String(pid)));
machine.read(targets, new Set(["executable", "owner", "command", "stdio", "status"]), new Set());
const results = await execute(targets.map((target) => orphan([target])), machine, {
  action: terminate,
  policy: { graceMs: 100 },
  clock: graceClock(100, () => !isAlive(Number(pids.at(-1)))),
});
const told: Told = {
  spawn,
  seen: table.length,
  outcomes: results.map(({ pid, outcome, grip }) => ({ pid, outcome, grip })),
};
writeFileSync(output, JSON.stringify(told));
