/**
 * Inside: an orphan whose matcher is named by `report-only`, looked at by everything that ends others, and then no more.
 *
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import { watchFor } from "../watching.ts";

/** What one command said, and what became of the orphan. */
export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly alive: boolean;
}

/** What was seen. */
export interface Told {
  readonly pid: number;
  readonly named: Readonly<Record<"scan" | "json" | "explain" | "dry" | "reap" | "pid" | "sweep", Said>>;
  readonly watched: { readonly exitCode: number; readonly alive: boolean };
  readonly misspelt: Readonly<Record<"scan" | "sweep", Said>>;
  /** With the rule taken back. */
  readonly after: Said;
}

const ROUNDS = 5;

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const directory = join(process.env["XDG_CONFIG_HOME"] as string, "agent-reaper");
  const config = join(directory, "config.toml");
  mkdirSync(directory, { recursive: true });
  const { pids: [pid = 0] } = await plainOrphan(new Field());
  const said = (...args: string[]): Said => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([binary, ...args], { stdin: "ignore" });
    return { exitCode, stdout: stdout.toString(), stderr: stderr.toString(), alive: isAlive(pid) };
  };
  const young = ["--min-age", "0s"];

  writeFileSync(config, 'report-only = ["claude"]\n', { mode: 0o600 });
  const named: Told["named"] = {
    scan: said("scan", ...young),
    json: said("scan", "--json", ...young),
    explain: said("explain", String(pid), ...young),
    dry: said("reap", "--dry-run", "--json", ...young),
    reap: said("reap", "--yes", ...young),
    pid: said("reap", String(pid), "--yes", ...young),
    sweep: said("sweep", "--now", "--strict", ...young),
  };
  const { exitCode } = await watchFor(binary, ROUNDS);
  const watched = { exitCode, alive: isAlive(pid) };
  writeFileSync(config, 'report-only = ["cluade"]\n');
  const misspelt = { scan: said("scan"), sweep: said("sweep", "--now", "--strict", ...young) };
  rmSync(config);
  return { pid, named, watched, misspelt, after: said("reap", "--yes", ...young) };
}
