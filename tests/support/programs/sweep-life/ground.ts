/**
 * Where sweeps are tried: real orphans, the real binary, and a memory that is made older than it is, for ten seconds are long.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import procfs from "../../../../plugins/backends/procfs/index.ts";
import type { Seen } from "../../../../src/sightings.ts";
import { formatMemory, type Memory, parseMemory } from "../../../../src/sweep/memory.ts";
import { Field, goesOn, plainOrphan } from "../../orphans.ts";

/** One sweep, and who lives after it. */
export interface Swept {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly alive: boolean;
}

/** As the program has them. */
export const CONFIRM_MS = 10_000;
export const GRACE_MS = 5_000;

type Variables = Readonly<Record<string, string>>;

/** What there is to work with. */
export interface Ground {
  readonly binary: string;
  /** Options with which each sweep looks, also at whoever has just started. */
  readonly young: readonly string[];
  readonly field: Field;
  /** The state directory, and the memory in it. */
  readonly state: string;
  readonly memoryPath: string;
  spawn(command: readonly string[], env?: Variables): Bun.SyncSubprocess<"pipe", "pipe">;
  /** Sweeps once, and sees whether this one goes on. */
  sweep(pid: number, args?: readonly string[], env?: Variables): Swept;
  memory(): Memory;
  /** Changes what is remembered of each, and of which boot it is. */
  rewrite(change: (seen: Seen) => Seen, bootId?: string): void;
  /** As if each had been asked so long ago, or if it was not, first seen: however long the machine takes for its sweeps. */
  ago(ms: number): void;
  /** Waits until whoever has started is old enough to be told from others by its start. */
  old(): Promise<void>;
  /** One that nobody remembers. */
  orphan(stand?: Parameters<typeof plainOrphan>[1]): Promise<number>;
  /** Ends it ourselves. */
  done(pid: number): void;
}

/** A ground for one binary. */
export function groundOf(binary: string): Ground {
  const field = new Field();
  const state = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper");
  const memoryPath = join(state, "sweep");
  const young = ["--min-age", "0s", "--every", "0s"];

  const spawn = (command: readonly string[], env: Variables = {}) =>
    Bun.spawnSync([...command], { env: { ...process.env as Record<string, string>, ...env }, stdin: "ignore" });
  const sweep = (pid: number, args: readonly string[] = [], env?: Variables): Swept => {
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
  const ago = (ms: number) => {
    const lastMs = clock.uptime?.().awakeMs ?? Number.NaN;
    const atMs = lastMs - ms;
    rewrite((one) => ({
      ...one,
      lastMs,
      ...(one.askedMs === undefined ? { firstMs: atMs } : { firstMs: atMs - CONFIRM_MS, askedMs: atMs }),
    }));
  };
  const old = () => Bun.sleep(120);
  const orphan = async (stand: Parameters<typeof plainOrphan>[1] = {}): Promise<number> => {
    rmSync(memoryPath, { force: true });
    const [pid] = (await plainOrphan(field, stand)).pids as [number];
    await old();
    return pid;
  };
  const done = (pid: number): void => void process.kill(pid, "SIGKILL");
  return { binary, young, field, state, memoryPath, spawn, sweep, memory, rewrite, ago, old, orphan, done };
}
