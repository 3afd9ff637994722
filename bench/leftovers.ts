/**
 * What runs inside the namespace to see how long ten thousand stale directories take: found and judged, and
 * found, judged and removed, beside `rm -rf` of as many.
 *
 * leftovers COUNT ROUNDS BUILT-AS-JSON prints what each round took, as JSON.
 *
 * @module
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Built } from "./build.ts";
import { measure, type Took } from "./inside.ts";

/** What one round took. */
export interface LeftoverRound {
  readonly scan: Took;
  readonly reap: Took;
  readonly rm: Took;
}

/** Above every pid of the namespace, and below the largest that Linux gives. */
const FIRST_PID = 4_000_000;

const [count, rounds, built] = process.argv.slice(2).map((word) => JSON.parse(word)) as [number, number, Built];
const temporary = process.env["TMPDIR"] as string;
const other = join(temporary, "other");

const found: LeftoverRound[] = [];
for (let round = 0; round < rounds; round++) {
  mkdirSync(other, { recursive: true });
  lay(temporary);
  lay(other);
  // What was written while it looks is left alone.
  await Bun.sleep(200);
  const scan = measure(built, [built.product, "scan", "--json", "--only", "leftovers"]);
  const removing = {
    reap: () => measure(built, [built.product, "reap", "--yes", "--only", "leftovers", "--json"]),
    rm: () => measure(built, ["rm", "-rf", other]),
  };
  // In turns: the second one finds the disk busy with what the first has left it to write.
  const first = round % 2 === 0 ? "reap" : "rm";
  const took = { [first]: removing[first]() };
  const second = first === "reap" ? "rm" : "reap";
  took[second] = removing[second]();
  const left = readdirSync(temporary);
  if (left.length > 0) throw new Error(`${left.length} are left: ${left.slice(0, 3)}`);
  found.push({ scan, reap: took["reap"] as Took, rm: took["rm"] as Took });
}
await Bun.write(Bun.stdout, JSON.stringify(found));
process.exit(0);

/** As sqlite-graphrag leaves them: a copy of the credentials, a configuration, a directory. */
function lay(base: string): void {
  for (let at = 0; at < count; at++) {
    const home = join(base, `sqlite-graphrag-codex-home-${FIRST_PID + at}`);
    mkdirSync(join(home, "sessions"), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, "auth.json"), "x".repeat(300));
    writeFileSync(join(home, "config.toml"), "model = 1\n");
  }
}
