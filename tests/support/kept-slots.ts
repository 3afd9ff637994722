/**
 * Slots of a server that processes on several machines have taken with `slots acquire`.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Fleet } from "./hosts.ts";

const PATIENCE_MS = 200_000;

/** What a command did. */
export interface Did {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A process that has a slot, and whoever keeps it. */
export interface Kept {
  readonly process: Bun.Subprocess;
  readonly keeper: number;
  readonly slot: number;
}

/** The machines, and the program on them. */
export class Ground {
  readonly home = process.env["HOME"] as string;

  constructor(readonly fleet: Fleet, readonly binary: string) {}

  command(host: string, args: readonly string[]): string[] {
    return [...this.fleet.on(host), this.binary, "slots", ...args];
  }

  async slots(
    host: string,
    name: string,
    [what, ...args]: readonly string[],
    store: string = this.fleet.store,
  ): Promise<Did> {
    return await did(this.command(host, [what as string, "--store", store, "--name", name, ...args]));
  }

  /** A process of that machine that sleeps and has a slot. */
  async kept(host: string, name: string, sleeper: Bun.Subprocess = asleep()): Promise<Kept> {
    const { stdout, stderr, exitCode } = await this.slots(host, name, [
      ...["acquire", "--max", "1", "--for-pid", String(sleeper.pid), "--wait", "0s", "--json"],
    ]);
    if (exitCode !== 0) throw new Error(stderr);
    const { keeper, slot } = JSON.parse(stdout) as { keeper: number; slot: number };
    return { process: sleeper, keeper, slot };
  }

  /** Has a slot as soon as it is free, and gives it back. */
  async next(host: string, name: string): Promise<Did> {
    return await did(
      this.command(host, [
        "run",
        "--store",
        this.fleet.store,
        "--name",
        name,
        "--max",
        "1",
        "--wait",
        "1m",
        "--",
        "echo",
      ]),
    );
  }
}

/** A process that does nothing. */
export function asleep(): Bun.Subprocess {
  return Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });
}

/** Runs a command to its end. */
export async function did(command: readonly string[]): Promise<Did> {
  const going = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe", env: process.env });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(going.stdout).text(),
    new Response(going.stderr).text(),
    going.exited,
  ]);
  return { stdout, stderr, exitCode };
}

function commandLines(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
    } catch {
      return [];
    }
  });
}

/** The command lines of keepers, of all or of those for one process. */
export function keepers(pid?: number): string[] {
  const word = pid === undefined ? "slots keep" : `slots keep --for-pid ${pid} `;
  return commandLines().filter((line) => line.includes(word));
}

/** Waits until it is so. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!await condition()) {
    if (performance.now() > end) throw new Error("it did not happen");
    await Bun.sleep(20);
  }
}
