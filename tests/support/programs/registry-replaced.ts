/**
 * Inside: an entry whose start is not that of the process which has its pid today, and one of the boot before.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Field, isAlive } from "../orphans.ts";
import { linesToOthers } from "../trace.ts";

/** What became of it. */
export interface Told {
  readonly verdicts: Record<string, string>;
  readonly outcomes: string[];
  readonly registeredAfter: number;
  readonly alive: boolean;
  /** Signals that the processes handled, by number. */
  readonly handled: string[];
  /** Signals that reap sent, as strace saw them; 0 asks whether somebody is there. */
  readonly sent: string[];
  readonly exitCode: number;
}

const main = join(import.meta.dir, "..", "..", "..", "src/main.ts");

export default async function run(): Promise<Told> {
  const field = new Field();
  const { pid } = await field.launched([], { onTerm: "ignores" });
  const other = await field.launched([], { onTerm: "ignores" });
  for (
    const args of [
      ["session", "start", "--id", "s", "--for-pid", String(process.pid)],
      ["session", "adopt", String(pid), "--session", "s"],
      ["session", "adopt", String(other.pid), "--session", "s"],
    ]
  ) {
    const { exitCode, stderr } = ours(args);
    if (exitCode !== 0) throw new Error(stderr.toString());
  }
  const state = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper", "state.db");
  const database = new Database(state);
  // The originator is nobody's, too: were it the same process, it would be an orphan.
  database.run("UPDATE registered SET originator_start = '1'");
  database.run("UPDATE registered SET start = '1' WHERE pid = ?", [pid]);
  database.run("UPDATE registered SET boot = 'before' WHERE pid = ?", [other.pid]);
  database.close();

  const before = read(ours(["scan", "--json"]).stdout);
  const trace = join(field.directory, "trace");
  const reap = ours(["reap", "--yes", "--json", "--grace", "200ms"], [
    ...["strace", "-f", "-qq", "-e", "trace=kill,tkill,tgkill,pidfd_send_signal", "-o", trace],
  ]);
  const after = read(ours(["scan", "--json"]).stdout);
  return {
    verdicts: Object.fromEntries(
      before.registered.map((one) => [one.pid === pid ? "edited start" : "earlier boot", one.verdict]),
    ),
    outcomes: read(reap.stdout).results.map(({ outcome }) => outcome),
    registeredAfter: after.registered.length,
    alive: isAlive(pid) && isAlive(other.pid),
    handled: readdirSync(field.logDirectory),
    sent: linesToOthers(readFileSync(trace, "utf8")).filter((line) => /SIG[A-Z]+\b.*\) += /.test(line)),
    exitCode: reap.exitCode,
  };
}

function ours(args: readonly string[], prefix: readonly string[] = []): Bun.SyncSubprocess<"pipe", "pipe"> {
  return Bun.spawnSync([...prefix, process.execPath, main, ...args]);
}

interface Document {
  readonly registered: { readonly pid: number; readonly verdict: string }[];
  readonly results: { readonly outcome: string }[];
}

function read(text: Buffer): Document {
  return JSON.parse(text.toString()) as Document;
}
