/**
 * The emergency that a reaper is for: leftover processes have used up all that a user may have.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/nproc-direct.ts";

const programs = join(import.meta.dir, "..", "support", "programs");
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "nproc-"));
  chmodSync(directory, 0o755);
  const autoloads = ["dotenv", "bunfig", "tsconfig", "package-json"].map((kind) => `--no-compile-autoload-${kind}`);
  const flags = ["--splitting", "--minify", "--bytecode", "--format=esm", "--compile-jit-policy=1000", ...autoloads];
  const built = Bun.spawnSync(
    [process.execPath, "build", "--compile", ...flags, `--outfile=${join(directory, "probe")}`, "nproc-probe.ts"],
    { cwd: programs },
  );
  if (built.exitCode !== 0) throw new Error(`the probe was not built:\n${built.stderr.toString()}`);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

// An ordinary user in a user namespace is its root, whom no limit of processes holds back.
if (process.getuid?.() === 0) {
  describe("with RLIMIT_NPROC used up, as an ordinary user", () => {
    test("orphans are seen, held by pidfd, asked and ended", async () => {
      const told = await runInside<Told>(join(programs, "nproc-direct.ts"), { probe: join(directory, "probe") });
      expect(told.spawn).toBe("EAGAIN");
      expect(told.seen).toBeGreaterThan(3);
      expect(told.outcomes).toEqual([
        { pid: told.stubborn, outcome: "killed", grip: "pidfd" },
        { pid: told.willing, outcome: "ended", grip: "pidfd" },
      ]);
      expect(told.alive).toEqual([]);
    });
  });
}
