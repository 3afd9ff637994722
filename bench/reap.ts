/**
 * What runs inside the namespace to see how long a hundred stubborn orphans take: each ignores TERM, so all of them
 * take the whole grace period.
 *
 * reap COUNT ROUNDS BUILT-AS-JSON prints, for each round, wall time divided by the grace period, as JSON.
 *
 * @module
 */
import type { Built } from "./build.ts";
import { gather, measure } from "./inside.ts";

const STUBBORN = 100;
const GRACE_MS = 1000;

const [count, rounds, built] = process.argv.slice(2).map((word) => JSON.parse(word)) as [number, number, Built];
const found: number[] = [];
for (let round = 0; round < rounds; round++) {
  await gather(built, count, STUBBORN);
  const before = stubborn();
  if (before !== STUBBORN) throw new Error(`${before} stubborn orphans, not ${STUBBORN}`);
  const grace = `${GRACE_MS / 1000}s`;
  const took = measure(built, [built.product, "reap", "--yes", "--grace", grace, "--min-age", "0s", "--json"]);
  if (stubborn() !== 0) throw new Error(`${stubborn()} of ${STUBBORN} orphans outlived the reaper`);
  found.push(took.wallMs / GRACE_MS);
}
await Bun.write(Bun.stdout, JSON.stringify(found));
process.exit(0);

/** Those that ignore TERM, as `ps` sees them: the fifteenth bit of the mask. */
function stubborn(): number {
  const { stdout } = Bun.spawnSync(["ps", "-eo", "ignored"], { stdin: "ignore" });
  return stdout.toString().split("\n").filter((mask) => mask.trim().endsWith("4000")).length;
}
