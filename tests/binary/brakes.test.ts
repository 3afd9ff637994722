/** What holds the program back, as it is typed: lost on the way to the policy, it would end what nobody meant. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/brakes.ts";

setDefaultTimeout(120_000);

const ROOT = join(import.meta.dir, "../..");
const BINARY = join(ROOT, "dist/agent-reaper");

test("whoever asks for less has less ended", async () => {
  const told = await runInside<Told>(join(ROOT, "tests/support/programs/brakes.ts"), { binary: BINARY });
  expect(told).toEqual({
    "watch --dry-run": [0, [true, true]],
    "watch --confirm 2": [0, [true, true]],
    "watch --limit 1": [0, [true, true]],
    "--dry-run": [0, [true, true]],
    "--only leftovers,codex": [0, [true, true]],
    "--limit 1": [1, [true, true]],
    "--limit 2": [0, [false, false]],
    "sweep --confidence proven": [0, [true]],
    "sweep --confidence likely": [0, [false]],
  });
});

describe("a look at a recorded table", () => {
  const table = join(ROOT, "tests/corpus/cases/linux-results-below-orphans.json");
  const planned = (...args: readonly string[]): readonly number[] => {
    const home = mkdtempSync(join(tmpdir(), "brakes-"));
    const { stdout } = Bun.spawnSync([BINARY, "scan", "--from", table, "--json", ...args], {
      env: { HOME: home },
      cwd: "/",
    });
    rmSync(home, { recursive: true });
    return (JSON.parse(stdout.toString()) as { plan: { terminate: number[] } }).plan.terminate;
  };
  /** Without a strong proof: its parent is gone, and that is all. */
  const LIKELY = [2025, 2026];
  const PROVEN = [2030, 2031, 2032, 2040, 2041, 2045, 2046, 2047, 2052, 2064, 2065, 2066];

  test("plans what the options leave of it", () => {
    expect(planned()).toEqual([...LIKELY, ...PROVEN]);
    expect(planned("--confidence", "proven")).toEqual(PROVEN);
    expect(planned("--only", "mcp-server")).toEqual([2066]);
    expect(planned("--min-age", "900d")).toEqual([]);
  });

  test("of everybody's plans what is proven, and nothing else", () => expect(planned("--all-users")).toEqual(PROVEN));
});
