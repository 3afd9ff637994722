/**
 * Inside: runs shell lines one by one, with the binary as `agent-reaper` on the PATH, stand-ins for
 * other people's programs, and ordinary processes with the numbers that examples like to name: 4711 is an
 * ancestor of what is run, 4713 a child that may be ended.
 *
 * @module
 */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appears } from "../orphans.ts";
import { RunJournal } from "../../../src/journal/journal.ts";

/** What one line did. */
export interface Line {
  readonly line: string;
  readonly exitCode: number;
  readonly stderr: string;
}

const STAND_INS: Readonly<Record<string, string>> = {
  jq: "cat >/dev/null",
  mail: "cat >/dev/null </dev/null",
  claude: "exit 0",
  codex: "exit 0",
  make: "exit 0",
};

export default async function run(
  input: { readonly binary: string; readonly lines: readonly string[] },
): Promise<Line[]> {
  const home = process.env["HOME"] as string;
  const bin = join(home, "bin");
  for (const directory of [bin, join(home, "dist")]) mkdirSync(directory, { recursive: true });
  symlinkSync(input.binary, join(bin, "agent-reaper"));
  symlinkSync(input.binary, join(home, "dist", "agent-reaper"));
  for (const [name, body] of Object.entries(STAND_INS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` };
  Bun.spawnSync(["agent-reaper", "snapshot", "--output", "box.json"], { cwd: home, env });
  remember(home);
  // What is said of a project is said of a repository.
  Bun.spawnSync(["git", "init", "--quiet", "."], { cwd: home, env });
  const child = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });
  const ran: Line[] = [];
  for (const line of input.lines) {
    const told = line.replaceAll("4711", String(process.pid)).replaceAll("4713", String(child.pid));
    const { exitCode, stderr } = /^agent-reaper watch\b/.test(line)
      ? await untilItSpeaks(told, home, env)
      : Bun.spawnSync(["sh", "-c", told], { cwd: home, env, stdin: "ignore" });
    ran.push({ line, exitCode: exitCode ?? -1, stderr: stderr.toString() });
  }
  return ran;
}

/** What goes on until it is told to end: it begins, and is told. */
async function untilItSpeaks(line: string, cwd: string, env: Record<string, string | undefined>) {
  const [, name] = /--log [~.]\/(\S+)/.exec(line) ?? [];
  const log = name === undefined ? undefined : join(cwd, name);
  if (log !== undefined) rmSync(log, { force: true });
  const going = Bun.spawn(["sh", "-c", `exec ${line}`], { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  await (log === undefined ? going.stdout.getReader().read() : appears(log));
  going.kill("SIGTERM");
  return { exitCode: await going.exited, stderr: await new Response(going.stderr).text() };
}

/** Something was done yesterday to the process that examples name, and something of it lies on disk. */
function remember(home: string): void {
  mkdirSync(join(home, ".local", "share", "sqlite-graphrag", `codex-home-${process.pid}`), { recursive: true });
  const journal = new RunJournal({
    state: join(home, ".local", "state", "agent-reaper"),
    command: "reap",
    host: { bootId: "yesterday's", hostname: "box" },
    viewer: { uid: process.getuid?.() ?? 0, pid: 1 },
    complain: (line) => {
      throw new Error(line);
    },
  });
  const intent = { pid: process.pid, startToken: "1", bootId: "yesterday's", action: "terminate" };
  journal.intend([intent]);
  journal.settle(intent, { pid: process.pid, startToken: "1", outcome: "ended" });
}
