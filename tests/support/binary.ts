/**
 * The compiled program, as a person runs it: in a home of its own, and with nothing on its stdin.
 *
 * @module
 */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

/** A home for it, which is gone after the tests of a file. */
export class Home {
  readonly directory: string = mkdtempSync(join(tmpdir(), "agent-reaper-home-"));

  constructor() {
    afterAll(() => rmSync(this.directory, { recursive: true }));
  }

  /** Writes a file there. */
  file(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs the program there. */
  ran(args: readonly string[], env: Record<string, string> = {}): Ran {
    const { exitCode, stdout, stderr } = Bun.spawnSync([BINARY, ...args], {
      cwd: this.directory,
      stdin: "ignore",
      env: { PATH: "/usr/bin:/bin", HOME: this.directory, ...env },
    });
    return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
  }
}
