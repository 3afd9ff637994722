/**
 * Inside: a run is killed with kill -9 between its TERM and its KILL; the next one finishes the job.
 *
 * @module
 */
import { join } from "node:path";
import { appears, Field, isAlive, plainOrphan } from "../orphans.ts";

/** What was seen. */
export interface Told {
  readonly pid: number;
  readonly aliveAfterCut: boolean;
  readonly open: History;
  readonly aliveAtEnd: boolean;
  readonly finished: History;
  readonly again: History;
}

interface History {
  readonly actions: readonly {
    readonly pid: number;
    readonly outcome?: string;
    readonly attempts: number;
    readonly because: string;
  }[];
  readonly runs: readonly { readonly endedAt?: number }[];
}

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const { pids: [pid = 0] } = await plainOrphan(field, { onTerm: "ignores" });
  const cut = Bun.spawn([binary, "reap", "--yes", "--min-age", "0s", "--grace", "1h"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  // The stand-in says that it has had its TERM.
  await appears(join(field.logDirectory, `${pid}.15`));
  cut.kill("SIGKILL");
  await cut.exited;
  const aliveAfterCut = isAlive(pid);
  const open = history(binary);
  Bun.spawnSync([binary, "reap", "--yes", "--min-age", "0s", "--grace", "0s"]);
  const aliveAtEnd = isAlive(pid);
  return { pid, aliveAfterCut, open, aliveAtEnd, finished: history(binary), again: history(binary) };
}

function history(binary: string): History {
  const { stdout, stderr, exitCode } = Bun.spawnSync([binary, "history", "--json"]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString()) as History;
}
