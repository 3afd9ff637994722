/**
 * Inside: an orphan that somebody looks into with strace, and the same one afterwards.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { reap, scan } from "../../../mod.ts";
import { Field, isAlive, plainOrphan } from "../orphans.ts";

/** What was seen. */
export interface Told {
  readonly strace: number;
  /** While somebody looks into it. */
  readonly verdict: string;
  readonly because: string;
  readonly aliveAfterReap: boolean;
  /** Once nobody does any more. */
  readonly outcomes: readonly string[];
  readonly aliveAtLast: boolean;
}

const policy = { minAgeMs: 0, graceMs: 5000 };

export default async function run(): Promise<Told> {
  const { pids: [pid = 0] } = await plainOrphan(new Field());
  const strace = Bun.spawn(["strace", "-qq", "-o", "/dev/null", "-p", String(pid)], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  while (tracerOf(pid) !== strace.pid) {
    if (strace.exitCode !== null) throw new Error(`strace ended with ${strace.exitCode}`);
    await Bun.sleep(2);
  }
  const { findings } = await scan({ policy });
  const finding = findings.find(({ root }) => root.pid === pid);
  await reap({ policy });
  const aliveAfterReap = isAlive(pid);

  // It lets go of whom it was attached to.
  strace.kill("SIGTERM");
  await strace.exited;
  const { results } = await reap({ policy });
  return {
    strace: strace.pid,
    verdict: finding?.verdict ?? "not found",
    because: finding?.because ?? "",
    aliveAfterReap,
    outcomes: results.map(({ outcome }) => outcome),
    aliveAtLast: isAlive(pid),
  };
}

function tracerOf(pid: number): number {
  return Number(/^TracerPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
}
