/**
 * Inside: everything that reads, waits and ends, with a collector that runs after every fifth allocation. What has only its
 * address taken is free by then, and whoever writes there falls.
 *
 * @module
 */
import { Field, isAlive, plainOrphan } from "../orphans.ts";

/** How a command ended. */
export interface Ended {
  readonly what: string;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** What was seen. */
export interface Told {
  readonly ended: readonly Ended[];
  /** Those that `scan` planned, `sweep` asked, and `reap` ended. */
  readonly orphan: number;
  readonly planned: readonly number[];
  readonly alive: boolean;
}

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const { pids: [orphan = 0] } = await plainOrphan(new Field(), { onTerm: "ignores" });
  const ended: Ended[] = [];
  const call = (...args: string[]): string => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([binary, ...args], {
      stdin: "ignore",
      env: { ...process.env, BUN_JSC_slowPathAllocsBetweenGCs: "5" },
    });
    ended.push({ what: args.join(" "), exitCode, stderr: stderr.toString() });
    return stdout.toString();
  };
  const planned = JSON.parse(call("scan", "--json", "--min-age", "0s")).plan.terminate;
  call("snapshot", "--redact");
  call("run", "--", "true");
  call("slots", "run", "--max", "1", "--", "true");
  call("session", "start", "--id", "s");
  call("session", "end", "s");
  call("sweep");
  call("sweep");
  call("sweep", "--now", "--min-age", "0s", "--grace", "1ms");
  call("reap", "--yes", "--min-age", "0s", "--grace", "1ms");
  return { ended, orphan, planned, alive: isAlive(orphan) };
}
