/**
 * Inside: sessions from the command line, on real processes.
 *
 * @module
 */
import { join } from "node:path";
import { end, Field, isAlive } from "../orphans.ts";

/** What was seen. */
export interface Told {
  readonly listed: { id: string; state: string; processes: number }[];
  readonly dryRun: { exitCode: number; alive: boolean };
  readonly end: { exitCode: number; alive: boolean[]; outcomes: string[] };
  /** Of one in which nothing runs, and whether it is listed after. */
  readonly empty: { exitCode: number; isListed: boolean };
  readonly keeps: { exitCode: number; alive: boolean; stays: string[]; told: string };
  readonly refused: string[];
  readonly released: { exitCode: number; alive: boolean; verdict: string };
  readonly detached: { verdict: string; alive: boolean };
  readonly orphaned: { verdict: string; alive: boolean; sessions: number };
}

const main = join(import.meta.dir, "..", "..", "..", "src/main.ts");
const self = String(process.pid);

export default async function run(): Promise<Told> {
  const field = new Field();
  const tree = async (stand: Parameters<Field["launched"]>[1] = {}): Promise<number> =>
    (await field.launched([], { argv: ["server"], ...stand })).pid;

  const stubborn = await tree({ onTerm: "ignores", env: { TEST_CHILD: "child-of-stubborn" } });
  const child = await field.ready("child-of-stubborn");
  good("session", "start", "--id", "one", "--for-pid", self, "--tool", "test");
  good("session", "adopt", String(stubborn), "--session", "one");
  const listed = document<{ sessions: { id: string; state: string; processes: unknown[] }[] }>("sessions", "--json")
    .sessions
    .map(({ id, state, processes }) => ({ id, state, processes: processes.length }));
  const dry = ours("session", "end", "one", "--dry-run");
  const dryRun = { exitCode: dry.exitCode, alive: isAlive(stubborn) && isAlive(child) };
  const ended = ours("session", "end", "one", "--grace", "200ms", "--json");
  const outcomes = (JSON.parse(ended.stdout) as { results: { outcome: string }[] }).results.map(({ outcome }) =>
    outcome
  );

  good("session", "start", "--id", "none", "--for-pid", self);
  const none = ours("session", "end", "none");
  const { sessions: others } = document<{ sessions: { id: string }[] }>("sessions", "--json");
  const empty = { exitCode: none.exitCode, isListed: others.some(({ id }) => id === "none") };

  const kept = await tree({ env: { AGENT_REAPER_KEEP: "1" } });
  good("session", "start", "--id", "two", "--for-pid", self);
  good("session", "adopt", String(kept), "--session", "two");
  const keeping = ours("session", "end", "two", "--json");
  const keeps = {
    told: ours("session", "end", "two").stdout.split("\n").slice(1, 3).join("|"),
    exitCode: keeping.exitCode,
    alive: isAlive(kept),
    stays: (JSON.parse(keeping.stdout) as { stays: { because: string }[] }).stays.map(({ because }) => because),
  };

  const { parent: { pid: above }, pid: below } = await field.launched([], { argv: ["server"] });
  good("session", "start", "--id", "below", "--for-pid", String(below));
  const refused = [
    ours("session", "start", "--id", "two", "--for-pid", self),
    ours("session", "start", "--id", "a b"),
    ours("session", "start", "--id", "three", "--for-pid", "4194300"),
    ours("session", "adopt", "1", "--session", "two"),
    ours("session", "adopt", String(above), "--session", "below"),
    ours("session", "adopt", self, "--session", "never"),
    ours("session", "end", "never"),
    ours("session", "release", self),
  ].map(({ exitCode, stderr }) =>
    `${exitCode} ${
      stderr.replace(` ${self}:`, " SELF:").replace(` ${above}:`, " ABOVE:").replace(`pid ${below}`, "BELOW").trim()
    }`
  );

  const released = await tree();
  good("session", "adopt", String(released), "--session", "two");
  const release = ours("session", "release", String(released));

  const host = await field.launched([]);
  good("session", "start", "--id", "four", "--for-pid", String(host.pid));
  const [detached, orphaned] = [await tree({ onTerm: "ignores" }), await tree()];
  good("session", "adopt", String(detached), "--session", "four", "--detached");
  // Its own parent, the launcher, lives and is no originator: it is lost only with that.
  const launcher = await field.launched([], { argv: ["server"] });
  good("session", "adopt", String(launcher.pid), "--session", "four");
  process.kill(host.pid, "SIGKILL");
  await end(host.parent);
  await end(launcher.parent);
  const verdicts = document<{ registered: { pid: number; verdict: string }[] }>("scan", "--json").registered;
  const verdictOf = (pid: number) => verdicts.find((one) => one.pid === pid)?.verdict ?? "not on record";
  good("reap", "--yes", "--only", "registered,claude,mcp-server");
  const sessions = document<{ sessions: { id: string }[] }>("sessions", "--json").sessions;
  return {
    listed,
    dryRun,
    end: { exitCode: ended.exitCode, alive: [isAlive(stubborn), isAlive(child)], outcomes: outcomes.sort() },
    empty,
    keeps,
    refused,
    released: { exitCode: release.exitCode, alive: isAlive(released), verdict: verdictOf(released) },
    detached: { verdict: verdictOf(detached), alive: isAlive(detached) && isAlive(orphaned) },
    orphaned: {
      verdict: verdictOf(launcher.pid),
      alive: isAlive(launcher.pid),
      sessions: sessions.filter(({ id }) => id === "one").length,
    },
  };
}

function ours(...args: string[]): { exitCode: number; stdout: string; stderr: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, main, ...args]);
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

function good(...args: string[]): void {
  const { exitCode, stderr } = ours(...args);
  if (exitCode !== 0) throw new Error(`${args.join(" ")}: ${exitCode}: ${stderr}`);
}

function document<T>(...args: string[]): T {
  return JSON.parse(ours(...args).stdout) as T;
}
