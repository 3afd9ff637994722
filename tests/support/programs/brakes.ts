/**
 * Inside: what holds the program back is asked for on its command line, while two orphans wait to be ended.
 *
 * @module
 */
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import { watchFor } from "../watching.ts";

/** Exit code, and who lives after it, for each. */
export type Told = Readonly<Record<string, readonly [exitCode: number, alive: readonly boolean[]]>>;

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const pids = [await plainOrphan(field), await plainOrphan(field)].flatMap((orphan) => orphan.pids);
  const told: Record<string, readonly [number, readonly boolean[]]> = {};
  const note = (what: string, exitCode: number) => void (told[what] = [exitCode, pids.map(isAlive)]);
  const reap = (...args: readonly string[]) =>
    note(args.join(" "), Bun.spawnSync([binary, "reap", "--yes", ...args, "--min-age", "0s"]).exitCode);

  const watch = async (...args: readonly string[]) =>
    note(`watch ${args.join(" ")}`, (await watchFor(binary, 2, args)).exitCode);

  await watch("--dry-run");
  // Its rounds follow each other far faster than one orphan is to be seen twice.
  await watch("--confirm", "2");
  await watch("--limit", "1");
  reap("--dry-run");
  reap("--limit", "1");
  reap("--only", "leftovers,codex");
  reap("--limit", "2");
  return told;
}
