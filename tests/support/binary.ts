/**
 * The compiled program, as a person runs it: in a home of its own, and with nothing on its stdin.
 *
 * @module
 */
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
/** The program. */
export const BINARY: string = join(ROOT, "dist", process.platform === "win32" ? "agent-reaper.exe" : "agent-reaper");

/** What became of it. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs it there. */
export function runAt(home: string, args: readonly string[], env: Record<string, string> = {}): Ran {
  const { exitCode, stdout, stderr } = Bun.spawnSync([BINARY, ...args], {
    cwd: home,
    stdin: "ignore",
    env: { PATH: "/usr/bin:/bin", HOME: home, ...env },
  });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}
