import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onMusl, runsMusl } from "../support/musl.ts";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/reap-all-kinds.ts";
import type { Told as Swept } from "../support/programs/sweep-nproc.ts";

setDefaultTimeout(300_000);

const ROOT = join(import.meta.dir, "../..");
const CASES = join(ROOT, "tests/corpus/cases");
const PROGRAMS = join(ROOT, "tests/support/programs");
const native = join(ROOT, "dist/agent-reaper");
const isRoot = process.getuid?.() === 0;

describe.skipIf(!runsMusl)("the binary for musl", () => {
  let directory: string;
  let binary: string;

  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "musl-")));
    // Whoever is not root runs it too.
    chmodSync(directory, 0o755);
    binary = onMusl(join(ROOT, "dist/agent-reaper-linux-x64-musl"), directory);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("judges as the other does", () => {
    const tables = readdirSync(CASES).filter((name) => !name.endsWith(".expect.json"));
    // A few of each platform; what is judged is the same code.
    for (const name of tables.filter((_, at) => at % 25 === 0)) {
      const judged = (program: string) => {
        const { exitCode, stdout, stderr } = Bun.spawnSync([program, "scan", "--json", "--from", join(CASES, name)]);
        return { exitCode, stderr: stderr.toString(), report: JSON.parse(stdout.toString()) };
      };
      const told = judged(binary);
      expect({ name, ...told }).toEqual({ name, ...judged(native) });
      expect(told.exitCode).toBe(0);
    }
  });

  test("ends real trees that lost their parent, and nobody else", async () => {
    const told = await runInside<Told>(join(PROGRAMS, "reap-all-kinds.ts"), { binary });
    const ends = told.trees.filter(({ fate }) => fate === "ends");
    expect(told.scanned).toEqual(ends.flatMap(({ pids }) => pids).sort((a, b) => a - b));
    expect(told.reaped.terminate).toEqual(told.scanned);
    expect(told.aliveAfterRehearsal).toBe(true);
    for (const { name, fate, alive } of told.trees) {
      expect({ name, alive: alive.includes(fate === "ends") }).toEqual({ name, alive: false });
    }
    expect(told.leftAfterwards).toEqual([]);
  });

  // Only root can become somebody whose limit is used up.
  if (isRoot) {
    test("sweeps, remembers and ends where hardly a thread can be made", async () => {
      const limits = [1, 3, 9];
      const told = await runInside<Swept[]>(join(PROGRAMS, "sweep-nproc.ts"), { binary, limits });
      expect(told).toEqual(limits.map((allowed) => ({
        allowed,
        exits: [0, 0, 0, 0],
        output: "agent-reaper: asked to end claude N: nobody is responsible for them any more\n",
        alive: false,
      })));
    });
  }
});
