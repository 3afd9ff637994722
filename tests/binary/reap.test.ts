import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/reap-all-kinds.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
let told: Told;

beforeAll(async () => {
  told = await runInside<Told>(join(import.meta.dir, "../support/programs/reap-all-kinds.ts"), { binary });
});

describe("the binary, on real trees that lost their parent", () => {
  test("scan prints exactly what reap --dry-run and reap would end", () => {
    expect(told.scanned).toEqual(
      told.trees.filter(({ fate }) => fate === "ends").flatMap(({ pids }) => pids).sort((a, b) => a - b),
    );
    expect(told.rehearsed).toEqual(told.scanned);
    expect(told.reaped.terminate).toEqual(told.scanned);
  });

  test("a rehearsal touches nobody", () => expect(told.aliveAfterRehearsal).toBe(true));

  test("all that nobody is responsible for is ended", () => {
    for (const { name, fate, alive } of told.trees) {
      if (fate === "ends") expect({ name, alive: alive.includes(true) }).toEqual({ name, alive: false });
    }
    expect(told.leftAfterwards).toEqual([]);
    expect(told.reaped.exitCode).toBe(0);
  });

  test("what somebody is responsible for, or wants, stays and runs", () => {
    const staying = told.trees.filter(({ fate }) => fate === "stays");
    expect(staying.length).toBeGreaterThanOrEqual(7);
    for (const { name, alive, states } of staying) {
      expect({ name, alive: alive.every(Boolean), stopped: states.includes("T") }).toEqual({
        name,
        alive: true,
        stopped: false,
      });
    }
  });

  test("outcomes are honest: asked ones ended, stubborn ones were killed", () => {
    const outcome = (name: string) =>
      told.trees.find((tree) => tree.name === name)?.pids.map((pid) => told.reaped.outcomes[pid]);
    expect(outcome("plain parent")).toEqual(["ended"]);
    expect(outcome("ignores TERM")).toEqual(["killed"]);
    expect(outcome("stopped")).toEqual(["ended"]);
  });

  test("no signal reached anybody but those, and children they had meanwhile", () => {
    const known = new Set(told.trees.filter(({ fate }) => fate === "stays").flatMap(({ pids }) => pids));
    expect(told.signalled.filter((pid) => known.has(pid) || pid <= 1)).toEqual([]);
    const reaped = new Set(Object.keys(told.reaped.outcomes).map(Number));
    expect(told.signalled.filter((pid) => !reaped.has(pid))).toEqual([]);
    expect(told.signalled.length).toBeGreaterThan(10);
  });
});
