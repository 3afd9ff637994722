/**
 * Inside: what holds the program back is asked for on its command line, while two orphans wait to be ended.
 *
 * @module
 */
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, Field, isAlive, plainOrphan } from "../orphans.ts";
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

  const likely = await likelyOrphan();
  for (const confidence of ["proven", "likely"]) {
    const args = ["sweep", "--now", "--min-age", "0s", "--confidence", confidence];
    const { exitCode, stderr } = Bun.spawnSync([binary, ...args]);
    // How soon after that it is gone nobody knows.
    const isAsked = stderr.toString().includes(`asked to end debris ${likely}`);
    told[`sweep --confidence ${confidence}`] = [exitCode, [!isAsked]];
  }
  return told;
}

/** One of whom nothing strong is known: its directory is gone, and the number of its agent is nobody's. */
async function likelyOrphan(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "worktree-"));
  const parent = Bun.spawn(["bash", "-c", "sleep 9999 </dev/null >/dev/null 2>&1 & echo $!; wait"], {
    cwd: directory,
    env: { ...process.env, CLAUDE_PID: "31999" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { value } = await parent.stdout.getReader().read();
  rmdirSync(directory);
  await end(parent);
  return Number(new TextDecoder().decode(value));
}
