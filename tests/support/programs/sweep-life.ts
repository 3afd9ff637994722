/**
 * Inside: real orphans and the real binary's sweeps. Between two of them the memory is made older than it is, once
 * ten real seconds pass.
 *
 * @module
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import procfs from "../../../plugins/backends/procfs/index.ts";
import { formatMemory, type Memory, parseMemory } from "../../../src/sweep/memory.ts";
import type { Seen } from "../../../src/sightings.ts";
import { appears, FED, Field, goesOn, isAlive, plainOrphan, plainOrphans, siblings, stubbornTool } from "../orphans.ts";

/** One sweep, and who lives after it. */
export interface Swept {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly alive: boolean;
}

/** What the test asserts on. */
export interface Told {
  readonly plainSweeps: readonly Swept[];
  readonly stubbornSweeps: readonly Swept[];
  /** The stubborn one heard TERM. */
  readonly handledTerm: boolean;
  /** Without any grace. */
  readonly gracelessSweeps: readonly Swept[];
  /** Whether the root and the tool below it live, after each sweep. */
  readonly toolSweeps: readonly (readonly [root: boolean, tool: boolean])[];
  readonly toolSaid: string;
  /** Another that was asked with its tree, and runs another program since. */
  readonly changedTool: readonly [root: boolean, tool: boolean];
  /** The same program, lost in the same way, that was never asked with anybody. */
  readonly strangerAlive: boolean;
  readonly now: Swept;
  readonly quiet: Swept;
  /** Ten real seconds apart. */
  readonly realSweeps: readonly Swept[];
  readonly execSweeps: readonly Swept[];
  readonly execAnew: { readonly samePid: boolean; readonly longerMs: number };
  readonly reusedSweep: Swept;
  readonly rebootedSweep: Swept;
  readonly interrupted: { readonly exitCode: number | null; readonly signal: string | undefined };
  /** Whether it is remembered that the broken one asked. */
  readonly brokenAsked: boolean;
  readonly brokenAlive: readonly boolean[];
  readonly brokenOutcomes: readonly string[];
  /** Exit code and stderr of each. */
  readonly fifty: readonly (readonly [number, string])[];
  readonly worked: number;
  readonly fiftyAlive: readonly boolean[];
  /** Awkward ways to be started that must not keep it from its work. */
  readonly ways: Readonly<Record<string, Swept>>;
  /** What a strict sweep says of a damaged memory. */
  readonly strict: Readonly<Record<string, string>>;
  /** Reasons to leave an orphan alone. */
  readonly rests: Readonly<Record<string, Swept>>;
  /** What is noted of a configuration that is wrong. */
  readonly noted: string | undefined;
  /** Of three orphans, after each of three sweeps that have no time. */
  readonly hurriedLeft: readonly number[];
  /** What a sweep says that finds a leftover and a stale slot, and the next one. */
  readonly tidied: string;
  readonly leftoverGone: boolean;
  readonly tidiedAgain: string;
  readonly leftoverStays: boolean;
  readonly sweepNote: string;
  readonly keptAlive: readonly boolean[];
  readonly boot: string;
}

const CONFIRM_MS = 10_000;
const GRACE_MS = 5_000;

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const state = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper");
  const memoryPath = join(state, "sweep");
  const young = ["--min-age", "0s", "--every", "0s"];

  const spawn = (command: readonly string[], env: Record<string, string> = {}) =>
    Bun.spawnSync([...command], { env: { ...process.env as Record<string, string>, ...env }, stdin: "ignore" });
  const sweep = (pid: number, args: readonly string[] = [], env?: Record<string, string>): Swept => {
    const { exitCode, stdout, stderr } = spawn([binary, "sweep", ...young, ...args], env);
    return { exitCode, stdout: stdout.toString(), stderr: stderr.toString(), alive: goesOn(pid) };
  };
  const memory = (): Memory => parseMemory(readFileSync(memoryPath, "utf8"));
  const rewrite = (change: (seen: Seen) => Seen, bootId?: string) => {
    const { rest: _, ...before } = memory();
    const seen = before.sightings?.seen.map(change) ?? [];
    const sightings = {
      bootId: "",
      asleepMs: 0,
      ...before.sightings,
      ...(bootId === undefined ? {} : { bootId }),
      seen,
    };
    writeFileSync(memoryPath, formatMemory({ ...before, sightings }));
  };
  const clock = procfs.open({});
  /** As if each had been asked so long ago, or if it was not, first seen: however long the machine takes for its sweeps. */
  const ago = (ms: number) => {
    const lastMs = clock.uptime?.().awakeMs ?? Number.NaN;
    const atMs = lastMs - ms;
    rewrite((one) => ({
      ...one,
      lastMs,
      ...(one.askedMs === undefined ? { firstMs: atMs } : { firstMs: atMs - CONFIRM_MS, askedMs: atMs }),
    }));
  };
  /** Old enough to be told from others by its start. */
  const old = () => Bun.sleep(120);
  const orphan = async (stand: Parameters<typeof plainOrphan>[1] = {}): Promise<number> => {
    rmSync(memoryPath, { force: true });
    const [pid] = (await plainOrphan(field, stand)).pids as [number];
    await old();
    return pid;
  };
  const done = (pid: number) => process.kill(pid, "SIGKILL");

  const kept = (await siblings(field)).flatMap(({ pids }) => pids);

  const plain = await orphan();
  const plainSweeps = [
    sweep(plain),
    sweep(plain),
    (ago(CONFIRM_MS / 2), sweep(plain)),
    (ago(CONFIRM_MS), sweep(plain)),
  ];

  const stubborn = await orphan({ onTerm: "ignores" });
  const stubbornSweeps = [sweep(stubborn), (ago(CONFIRM_MS), sweep(stubborn)), (ago(0), sweep(stubborn))];
  const handledTerm = existsSync(join(field.logDirectory, `${stubborn}.15`));
  stubbornSweeps.push((ago(GRACE_MS), sweep(stubborn)));

  const graceless = await orphan({ onTerm: "ignores" });
  const gracelessSweeps = [1, 2].map(() => sweep(graceless, ["--now", "--grace", "0s"]));

  const stranger = await stubbornTool(field);
  process.kill(stranger.root, "SIGKILL");
  while (isAlive(stranger.root)) await Bun.sleep(2);
  const { root, tool } = await stubbornTool(field);
  await old();
  rmSync(memoryPath, { force: true });
  let toolSaid = "";
  const sweepBoth = (): readonly [boolean, boolean] => {
    toolSaid = sweep(root).stderr;
    return [goesOn(root), goesOn(tool)];
  };
  const toolSweeps = [sweepBoth(), (ago(CONFIRM_MS), sweepBoth()), sweepBoth(), (ago(GRACE_MS), sweepBoth())];
  const changes = await stubbornTool(field);
  await old();
  sweep(changes.root);
  ago(CONFIRM_MS);
  sweep(changes.root);
  rewrite((one) => ({ ...one, program: "another" }));
  sweep(changes.tool);
  ago(GRACE_MS + CONFIRM_MS);
  const changedTool = [goesOn(changes.root), sweep(changes.tool).alive] as const;
  const strangerAlive = isAlive(stranger.tool);
  done(stranger.tool);
  done(changes.tool);

  const atOnce = await orphan();
  const now = sweep(atOnce, ["--now"]);
  const quietOne = await orphan();
  const quiet = sweep(quietOne, ["--now", "--quiet"]);

  const real = await orphan();
  const realSweeps = [sweep(real)];
  await Bun.sleep(CONFIRM_MS);
  realSweeps.push(sweep(real));

  const other = join(field.directory, "other.sh");
  const fed = FED.slice(1).join(" ");
  writeFileSync(other, `#!/bin/sh\nexec ${field.program("2.1.999")} ${fed}\n`, { mode: 0o755 });
  const execs = await orphan({ env: { TEST_EXEC: other } });
  const execSweeps = [sweep(execs)];
  ago(CONFIRM_MS);
  const [before] = memory().sightings?.seen ?? [];
  process.kill(execs, "SIGUSR1");
  const execd = await field.ready("execd");
  execSweeps.push(sweep(execs));
  const [after] = memory().sightings?.seen ?? [];
  const execAnew = {
    samePid: execd === execs && before?.pid === execs && after?.pid === execs,
    longerMs: (after?.firstMs ?? 0) - (before?.firstMs ?? 0),
  };
  done(execs);

  const reused = await orphan();
  sweep(reused);
  rewrite((one) => ({ ...one, startToken: String(Number(one.startToken) - 1), firstMs: one.firstMs - CONFIRM_MS }));
  const reusedSweep = sweep(reused);
  ago(CONFIRM_MS);
  rewrite((one) => one, "another");
  const rebootedSweep = sweep(reused);
  done(reused);

  // Ended with -9 when it is about to write down that it asked.
  const broken = await orphan({ onTerm: "ignores" });
  sweep(broken);
  ago(CONFIRM_MS);
  const interrupted = spawn(
    ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=pwrite64:signal=KILL:when=2", binary, "sweep", ...young],
  );
  const brokenAsked = memory().sightings?.seen.some(({ askedMs }) => askedMs !== undefined) === true;
  const brokenAlive = [goesOn(broken)];
  brokenAlive.push(sweep(broken).alive);
  ago(GRACE_MS);
  brokenAlive.push(sweep(broken).alive);
  const journal = readdirSync(join(state, "journal")).flatMap((name) =>
    readFileSync(join(state, "journal", name), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line))
  );
  const ids = journal.filter(({ type, pid }) => type === "intent" && pid === broken).map(({ id }) => id as string);
  const brokenOutcomes = journal.filter(({ type, id }) => type === "outcome" && ids.includes(id)).map((one) =>
    one.outcome as string
  );

  const crowd = (await plainOrphans(field, 3, { onTerm: "ignores" })).flatMap(({ pids }) => pids);
  await old();
  rmSync(memoryPath, { force: true });
  const logs = join(field.directory, "fifty");
  mkdirSync(logs);
  const fifty = await Promise.all(Array.from({ length: 50 }, async (_, at) => {
    const trace = ["strace", "-f", "-qq", "-o", join(logs, String(at)), "-e", "trace=pwrite64"];
    const one = Bun.spawn([...trace, binary, "sweep", "--min-age", "0s", "--every", "5m"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    return [await one.exited, await new Response(one.stderr).text()] as const;
  }));
  const worked = readdirSync(logs).filter((name) =>
    /pwrite64\(\d+, "agent/.test(readFileSync(join(logs, name), "utf8"))
  );
  const fiftyAlive = crowd.map(isAlive);

  const ways: Record<string, Swept> = {};
  const strict: Record<string, string> = {};
  const inShell = (name: string, line: string, pid: number, env: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = spawn(["sh", "-c", line, "sh", binary, ...young, "--now"], env);
    ways[name] = { exitCode, stdout: stdout.toString(), stderr: stderr.toString(), alive: goesOn(pid) };
  };
  for (const pid of crowd) done(pid);
  const gone = join(field.directory, "gone");
  const hooked = 'cd / && exec "$@"';
  inShell(
    "a deleted directory",
    `mkdir ${gone}; cd ${gone}; rmdir ${gone}; b=$1; shift; set -- "$b" sweep "$@"; ${hooked}`,
    await orphan(),
  );
  const swept = 'b=$1; shift; exec "$b" sweep "$@"';
  inShell("closed streams", `${swept} <&- >&- 2>&-`, await orphan());
  inShell("full streams", `${swept} >/dev/full 2>/dev/full`, await orphan());
  const damaged: Readonly<Record<string, () => void>> = {
    "a damaged memory": () => writeFileSync(memoryPath, "agent-reaper/sweep 1 x\0\xff\n{{{"),
    "a memory that is a directory": () => mkdirSync(memoryPath),
    "a memory that is a link": () => symlinkSync("/etc/hostname", memoryPath),
    "a memory that is a FIFO": () => void spawn(["mkfifo", memoryPath]),
  };
  for (const [name, damage] of Object.entries(damaged)) {
    const pid = await orphan();
    damage();
    inShell(name, swept, pid);
    strict[name] = sweep(1, ["--strict"]).stderr.replace(state, "");
    rmSync(memoryPath, { recursive: true, force: true });
  }
  rmSync(memoryPath, { force: true });
  chmodSync(state, 0o777);
  strict["a directory of everybody's"] = sweep(1, ["--strict"]).stderr.replace(state, "");
  chmodSync(state, 0o700);
  const due = await orphan();
  spawn([binary, "history"]);
  chmodSync(state, 0o777);
  strict["a registry of everybody's"] = sweep(due, ["--strict", "--now"]).stderr.replace(state, "");
  chmodSync(state, 0o700);
  done(due);
  inShell("no home to write to", swept, await orphan(), { HOME: "/dev/null", XDG_STATE_HOME: "" });

  const hurried = (await plainOrphans(field, 3)).flatMap(({ pids }) => pids);
  await old();
  rmSync(memoryPath, { force: true });
  const hurry = (): number => {
    sweep(0, ["--now", "--budget", "1ms"]);
    return hurried.filter(goesOn).length;
  };
  const hurriedLeft = [hurry(), hurry(), hurry()];

  const home = process.env["HOME"] as string;
  const leftover = join(process.env["XDG_DATA_HOME"] as string, "sqlite-graphrag", "codex-home-999999");
  const leave = () => {
    mkdirSync(leftover, { recursive: true, mode: 0o700 });
    writeFileSync(join(leftover, "auth.json"), "{}");
  };
  leave();
  await old();
  const slot = Bun.spawn([binary, "slots", "run", "--name", "sweeping", "--max", "1", "--", "sleep", "100"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const slots = join(state, "slots", "sweeping");
  const isTaken = () => existsSync(slots) && readdirSync(slots).some((name) => statSync(join(slots, name)).size > 0);
  while (!isTaken() || childrenOf(slot.pid).length === 0) await Bun.sleep(20);
  // The holder first: it would give the slot back when its command ends.
  const commands = childrenOf(slot.pid);
  slot.kill("SIGKILL");
  await slot.exited;
  for (const pid of commands) done(pid);
  while (commands.some(isAlive)) await Bun.sleep(5);
  rmSync(memoryPath, { force: true });
  const tidied = [sweep(0, ["--leftovers"])].map(({ stderr }) => stderr.replace(home, "~"))[0] as string;
  const leftoverGone = !existsSync(leftover);
  leave();
  await old();
  const tidiedAgain = sweep(0, ["--leftovers", "--grace", "7s"]).stderr;
  const doctor = spawn([binary, "doctor", "--json"]).stdout.toString();
  const sweepNote = JSON.parse(doctor).notes.find(({ about }: { about: string }) => about === "sweep")?.says as string;

  const spared = await orphan({ onTerm: "ignores" });
  const config = join(process.env["XDG_CONFIG_HOME"] as string, "agent-reaper");
  mkdirSync(config, { recursive: true });
  const rests: Record<string, Swept> = {};
  writeFileSync(join(config, "config.toml"), 'protect = ["stream-json"]\n');
  rests["protected"] = sweep(spared, ["--now"]);
  writeFileSync(join(config, "config.toml"), 'protekt = ["stream-json"]\n');
  rests["a configuration that is wrong"] = sweep(spared, ["--now"]);
  const noted = memory().last?.stopped;
  rests["a configuration that is wrong, strict"] = sweep(spared, ["--now", "--strict"]);
  writeFileSync(join(config, "config.toml"), `plugins = ["${config}/missing.js"]\n`);
  rests["a plugin that is missing"] = sweep(spared, ["--now"]);
  rmSync(join(config, "config.toml"));
  rests["switched off"] = sweep(spared, ["--now"], { AGENT_REAPER_DISABLE: "1" });
  writeFileSync(join(state, "paused"), "");
  const later = Date.now() / 1000 + 3600;
  utimesSync(join(state, "paused"), later, later);
  rests["paused"] = sweep(spared, ["--now"]);
  utimesSync(join(state, "paused"), 1, 1);
  rests["one ran just now"] = sweep(spared, ["--now", "--every", "1h"]);
  rests["a mistyped option"] = sweep(spared, ["--now", "--strct"]);
  const lock = openSync(memoryPath, "r");
  const holder = Bun.spawn(["flock", "-x", memoryPath, "sh", "-c", `: > ${join(field.directory, "locked")}; read x`], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
  });
  await appears(join(field.directory, "locked"));
  rests["another at work"] = sweep(spared, ["--now"]);
  holder.kill("SIGKILL");
  await holder.exited;
  closeSync(lock);
  done(spared);

  return {
    plainSweeps,
    stubbornSweeps,
    handledTerm,
    gracelessSweeps,
    toolSweeps,
    toolSaid,
    changedTool,
    strangerAlive,
    now,
    quiet,
    realSweeps,
    execSweeps,
    execAnew,
    reusedSweep,
    rebootedSweep,
    interrupted: { exitCode: interrupted.exitCode, signal: interrupted.signalCode?.toString() },
    brokenAsked,
    brokenAlive,
    brokenOutcomes,
    fifty,
    worked: worked.length,
    fiftyAlive,
    ways,
    strict,
    rests,
    noted,
    hurriedLeft,
    tidied,
    leftoverGone,
    tidiedAgain,
    leftoverStays: existsSync(leftover),
    sweepNote,
    keptAlive: kept.map(isAlive),
    boot: memory().sightings?.bootId ?? "",
  };
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
