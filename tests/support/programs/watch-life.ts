/**
 * Inside: the life of a watch: who is the only one, how it ends, and what is left when it is killed.
 *
 * @module
 */
import { appears, Field, isAlive, plainOrphan, stubbornTool } from "../orphans.ts";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What was seen. */
export interface Told {
  readonly pid: number;
  readonly watchPid: number;
  readonly second: Said;
  readonly endedInGrace: { readonly exitCode: number; readonly alive: boolean };
  readonly aliveAfterKill: boolean;
  readonly open: History;
  readonly alive: boolean;
  /** The tool that was asked with its root, which went. */
  readonly toolAlive: boolean;
  readonly finished: History;
  readonly paused: { readonly said: string; readonly alive: boolean };
  /** With a registry that cannot be read. */
  readonly unread: { readonly said: string; readonly alive: boolean };
  readonly unconfirmed: boolean;
}

interface Said {
  readonly exitCode: number;
  readonly stderr: string;
}

interface History {
  readonly actions: readonly { readonly pid: number; readonly outcome?: string; readonly outcomeBecause?: string }[];
}

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const start = (...options: string[]) =>
    Bun.spawn([binary, "watch", "--every", "50ms", "--now", "--confirm", "1", "--min-age", "0s", ...options], {
      stdout: "pipe",
      stderr: "pipe",
    });
  const { pids: [pid = 0] } = await plainOrphan(field, { onTerm: "ignores" });

  // By default nobody is ended at first sight: the second is at least ten seconds away. Few rounds, so that they are in time.
  const careful = Bun.spawn(
    [binary, "watch", "--every", "20ms", "--now", "--min-age", "0s", "--listen", "127.0.0.1:0"],
    {
      stdout: "pipe",
      stderr: "ignore",
    },
  );
  const address = await read(careful.stdout, /http:\/\/([\d.:]+)/);
  for (let rounds = 0; rounds < 4;) {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    rounds = Number(/^agent_reaper_rounds_total (\d+)/m.exec(text)?.[1] ?? 0);
  }
  const unconfirmed = isAlive(pid);
  careful.kill("SIGKILL");
  await careful.exited;

  const first = start("--grace", "1h");
  await appears(join(field.logDirectory, `${pid}.15`));
  const other = Bun.spawnSync([binary, "watch"]);
  const second = { exitCode: other.exitCode, stderr: other.stderr.toString() };
  first.kill("SIGTERM");
  const endedInGrace = { exitCode: await first.exited, alive: isAlive(pid) };

  const killed = start("--grace", "1h");
  await read(killed.stdout, /every/);
  killed.kill("SIGKILL");
  await killed.exited;
  const aliveAfterKill = isAlive(pid);
  const open = history(binary);

  const last = start("--grace", "0s");
  await read(last.stdout, /killed/);
  const alive = isAlive(pid);
  last.kill("SIGINT");
  await last.exited;

  const { tool } = await stubbornTool(field);
  const survived = start("--grace", "100ms");
  await read(survived.stdout, new RegExp(`killed.* ${tool}\\b`));
  const toolAlive = isAlive(tool);
  survived.kill("SIGINT");
  await survived.exited;

  Bun.spawnSync([binary, "pause", "1h"]);
  const { pids: [another = 0] } = await plainOrphan(field);
  const standing = start("--grace", "0s");
  const said = await read(standing.stdout, /(paused until .*)/);
  const paused = { said, alive: isAlive(another) };
  Bun.spawnSync([binary, "resume"]);
  await read(standing.stdout, /(asked|ended)/);
  standing.kill("SIGHUP");
  await standing.exited;

  const database = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper", "state.db");
  renameSync(database, `${database}.whole`);
  writeFileSync(database, "not a database\n".repeat(500), { mode: 0o600 });
  const { pids: [recorded = 0] } = await plainOrphan(field);
  const blind = start("--grace", "0s");
  const unread = { said: await read(blind.stderr, /round failed: ([^:]*)/), alive: isAlive(recorded) };
  renameSync(`${database}.whole`, database);
  await read(blind.stdout, /(asked|ended)/);
  blind.kill("SIGTERM");
  await blind.exited;
  return {
    pid,
    watchPid: first.pid,
    second,
    endedInGrace,
    aliveAfterKill,
    open,
    alive,
    toolAlive,
    finished: history(binary),
    paused,
    unread,
    unconfirmed,
  };
}

/** Reads on until this was said. */
async function read(stream: ReadableStream<Uint8Array>, what: RegExp): Promise<string> {
  const reader = stream.getReader();
  let said = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended without ${what}: ${said}`);
    said += Buffer.from(value).toString();
    const found = what.exec(said);
    if (found === null) continue;
    reader.releaseLock();
    return found[1] ?? found[0];
  }
}

function history(binary: string): History {
  const { stdout, stderr, exitCode } = Bun.spawnSync([binary, "history", "--json"]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString()) as History;
}
