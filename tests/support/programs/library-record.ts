/**
 * Inside: what the library ends where somebody is on record who looks like an orphan, and where the record cannot be read.
 *
 * @module
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createReaper, reap, scan } from "../../../mod.ts";
import { end, Field, isAlive } from "../orphans.ts";

/** What became of the orphans. */
export interface Told {
  /** On record, and whoever answers for it lives. */
  readonly onRecord: {
    readonly verdicts: readonly string[];
    readonly ended: readonly unknown[];
    readonly alive: boolean;
  };
  /** With a record that cannot be read. */
  readonly unread: { readonly said: string; readonly warnings: readonly string[]; readonly planned: number };
  readonly rounds: { readonly said: string; readonly alive: boolean };
  /** Once it can be read again. */
  readonly later: { readonly alive: boolean; readonly registered: readonly string[] };
}

const main = join(import.meta.dir, "..", "..", "..", "src/main.ts");
const path = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper", "state.db");
const policy = { minAgeMs: 0 };

export default async function run(): Promise<Told> {
  const field = new Field();
  const { parent, pid } = await field.launched([]);
  ours("session", "start", "--id", "s", "--for-pid", String(process.pid));
  ours("session", "adopt", String(pid), "--session", "s");
  await end(parent);
  const { registered, results } = await reap({ policy });
  const onRecord = {
    verdicts: registered.map(({ verdict }) => verdict),
    ended: results.map(({ outcome }) => outcome),
    alive: isAlive(pid),
  };

  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  writeFileSync(path, "not a database\n".repeat(500), { mode: 0o600 });
  const said = await reap({ policy }).then(() => "nothing", (error: Error) => error.message);
  const { warnings } = await scan({ policy });
  const { results: planned } = await reap({ policy, dryRun: true });

  const heard: string[] = [];
  const { promise: refused, resolve: refuse } = Promise.withResolvers<void>();
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const host = createReaper({
    tool: "host",
    policy,
    warn(message) {
      heard.push(message);
      if (message.startsWith("a round failed")) refuse();
    },
  });
  const child = host.spawnFor("own")({ command: "sleep", args: ["60"], env: process.env });
  host.startReaper(["own"], { every: 20, onRound: () => finish() });
  await refused;
  const rounds = { said: heard.find((line) => line.startsWith("a round failed")) ?? "", alive: isAlive(pid) };
  rmSync(path);
  await done;
  const later = { alive: isAlive(pid), registered: (await scan()).registered.map(({ entry }) => entry.session ?? "") };
  host.close();
  child.kill("SIGKILL");
  return {
    onRecord,
    unread: { said: shown(said), warnings: warnings.map(shown), planned: planned.length },
    rounds: { ...rounds, said: shown(rounds.said) },
    later,
  };
}

const shown = (text: string) => text.replaceAll(path, "STATE");

function ours(...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, main, ...args]);
  if (exitCode !== 0) throw new Error(stderr.toString());
}
