/**
 * Inside: `run` is killed with -9, the front, the guardian, or both at once, over a command that forks
 * twice, takes a session of its own and ignores TERM.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../../src/report.ts";
import { compileC } from "../c-programs.ts";
import { isAlive } from "../orphans.ts";

/** Who is killed. */
export type Killed = "nobody" | "front" | "guardian" | "both";

/** What came of one round. */
export interface Round {
  readonly killed: Killed;
  /** Of the command's processes, how many had come to be. */
  readonly there: number;
  /** Alive when front and guardian were gone. */
  readonly left: number;
  /** What `scan` then says it would end. */
  readonly found: number;
  /** Alive after one `reap`. */
  readonly leftAfterReap: number;
  readonly reapExit: number;
  readonly entriesAfterReap: number;
}

/** Rounds; `ready`: killed only when all of the command is there, else at any instant. */
export interface Input {
  readonly binary: string;
  /** By which `run` contains; its own choice when left out. */
  readonly backend?: "ps";
  readonly rounds: readonly { readonly killed: Killed; readonly ready: boolean; readonly comet?: boolean }[];
}

const home = process.env["HOME"] as string;
/** Itself, its child, the one forked twice, the one in a session of its own. */
const ALL = 4;

/** Runs the rounds one after the other. */
export default async function run({ binary, backend, rounds }: Input): Promise<Round[]> {
  const escapee = compileC("escapee", home);
  const told: Round[] = [];
  for (const [at, { killed, ready, comet }] of rounds.entries()) {
    const directory = join(home, `round-${at}`);
    mkdirSync(directory);
    const words = [escapee, directory, ...(comet === true ? ["comet"] : [])];
    const front = Bun.spawn([
      binary,
      "run",
      ...(backend === undefined ? [] : ["--backend", backend]),
      "--grace",
      "200ms",
      "--",
      ...words,
    ], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (ready) await all(directory);
    else await Bun.sleep(Math.random() * 120);
    // Long enough to be put on record.
    if (ready) await Bun.sleep(Math.random() * 300);
    const guardian = guardianOf(front.pid, backend);
    // Of us nobody: the command itself, whose end is told on.
    if (killed === "nobody" && guardian !== undefined) {
      kill(backend === "ps" ? childOf(front.pid, 1) : childOf(guardian));
    }
    if (killed === "guardian" || killed === "both") kill(guardian);
    // At that instant there may be no guardian yet.
    if (killed === "front" || killed === "both" || guardian === undefined) kill(front.pid);
    await front.exited;
    // On its way out it has no executable any more, and is alive to whoever looks (do_exit in kernel/exit.c).
    while (guardian !== undefined && isAlive(guardian)) await Bun.sleep(5);
    while (!isCalm(binary, escapee, comet === true ? undefined : directory)) await Bun.sleep(5);
    const there = pids(directory);
    const left = living(escapee);
    const report = JSON.parse(output([binary, "scan", "--json"])) as Report;
    const reap = Bun.spawnSync([binary, "reap", "--yes", "--json", "--grace", "200ms"], { stderr: "inherit" });
    const after = JSON.parse(output([binary, "scan", "--json"])) as { registered?: readonly unknown[] };
    told.push({
      killed,
      there: there.length,
      left: left.length,
      found: report.plan.terminate.length,
      leftAfterReap: living(escapee).length,
      reapExit: reap.exitCode,
      entriesAfterReap: after.registered?.length ?? 0,
    });
    for (const pid of living(escapee)) kill(pid);
  }
  return told;
}

function output(words: string[]): string {
  return Bun.spawnSync(words, { stderr: "inherit" }).stdout.toString();
}

async function all(directory: string): Promise<void> {
  while (pids(directory).length < ALL) await Bun.sleep(5);
}

function pids(directory: string): number[] {
  return readdirSync(directory).map(Number);
}

/** The guardian of a front, when there is one: its first child, or where it runs `ps` too, the one that says so. */
function guardianOf(front: number, backend: Input["backend"]): number | undefined {
  if (backend !== "ps") return childOf(front);
  return childrenOf(front).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").includes("run-guardian");
    } catch {
      return false;
    }
  });
}

/** A child, when there is one. */
function childOf(pid: number, at = 0): number | undefined {
  return childrenOf(pid)[at];
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch {
    // It was quicker.
  }
}

/**
 * None of us is there any more, also none that was about to become the command; and of the command's processes none is
 * about to fork or to end. The comet never rests.
 */
function isCalm(binary: string, escapee: string, directory: string | undefined): boolean {
  if (running((pid) => readlinkSync(`/proc/${pid}/exe`) === binary).length > 0) return false;
  const there = directory === undefined ? undefined : new Set(pids(directory));
  return there === undefined || living(escapee).every((pid) => there.has(pid));
}

/** All that run this program now; nobody else in this namespace does. */
function living(program: string): number[] {
  return running((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith(`${program}\0`));
}

function running(isMeant: (pid: number) => boolean): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return isAlive(pid) && isMeant(pid);
    } catch {
      return false;
    }
  });
}
