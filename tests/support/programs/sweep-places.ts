/**
 * Inside: sweeps in two pid namespaces that share a home, in turns.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Seen } from "../../../src/sightings.ts";
import { parseMemory } from "../../../src/sweep/memory.ts";
import { Field, plainOrphan } from "../orphans.ts";

/** What the sweeps did. */
export interface Places {
  /** Whether each of them looked: here, there, here, here. */
  readonly looked: readonly boolean[];
  /** What was seen here, after the first look and after the last. */
  readonly seen: readonly (readonly Seen[])[];
}

export default async function run({ binary }: { readonly binary: string }): Promise<Places> {
  const path = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper", "sweep");
  let last = 0;
  const sweep = (...before: readonly string[]): boolean => {
    const { exitCode, stderr } = Bun.spawnSync(
      [...before, binary, "sweep", "--min-age", "0s", "--every", "0s"],
      { stdin: "ignore" },
    );
    if (exitCode !== 0) throw new Error(stderr.toString());
    const { at = 0 } = parseMemory(readFileSync(path, "utf8")).last ?? {};
    const looked = at !== last;
    last = at;
    return looked;
  };
  const seen = (): readonly Seen[] => parseMemory(readFileSync(path, "utf8")).sightings?.seen ?? [];

  await plainOrphan(new Field());
  let here = sweep();
  // Two that are so young cannot be told apart, and none is remembered.
  while (seen().length === 0) {
    await Bun.sleep(20);
    here = sweep();
  }
  const first = seen();
  const there = sweep("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "tini", "-s", "--");
  const again = sweep();
  return { looked: [here, there, again, sweep()], seen: [first, seen()] };
}
