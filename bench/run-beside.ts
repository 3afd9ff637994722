/**
 * What runs inside the namespace to see what `run` adds to a command: a C program that waits for nothing, bare and
 * under `run`, in turns.
 *
 * run-beside COUNT ROUNDS BUILT-AS-JSON prints, for each round, what was added, as JSON; COUNT means nothing here.
 *
 * @module
 */
import type { Built } from "./build.ts";
import { measure } from "./inside.ts";

/** What one round added to the bare command, and what Bun's runtime takes to start and end. */
export interface RunRound {
  readonly addedMs: number;
  readonly emptyMs: number;
}

const [, rounds, built] = process.argv.slice(2).map((word) => JSON.parse(word)) as [number, number, Built];
const found: RunRound[] = [];
for (let round = 0; round < rounds; round++) {
  const bare = measure(built, ["/bin/true"]);
  const under = measure(built, [built.product, "run", "--", "/bin/true"]);
  const empty = measure(built, [built.empty]);
  found.push({ addedMs: under.wallMs - bare.wallMs, emptyMs: empty.wallMs });
}
await Bun.write(Bun.stdout, JSON.stringify(found));
process.exit(0);
