import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { LeftoverMatcher, Machine } from "../../src/contract.ts";
import { standStill } from "../../src/clock.ts";
import type { Intent } from "../../src/execute.ts";
import { takeLeftovers } from "../../src/leftovers/take.ts";
import type { LeftoverFinding, Result } from "../../src/report.ts";
import { Table } from "../../src/table.ts";
import { toldMachine } from "../support/told-machine.ts";
import { world } from "../support/world.ts";

const US = process.getuid?.() as number;

let home: string;
let base: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "taking-")));
  base = join(home, "share");
  mkdirSync(base, { mode: 0o700 });
});

afterEach(() => rmSync(home, { recursive: true }));

function plant(name: string): string {
  const path = join(base, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "auth.json"), "12345");
  return path;
}

describe("takeLeftovers()", () => {
  const JUDGED = { family: "f", verdict: "leftover", because: "its owner is dead" } as const;
  const matcher: LeftoverMatcher = { name: "m", summary: "", places: () => [], judge: () => JUDGED };
  const finding = (name: string): LeftoverFinding => ({
    ...JUDGED,
    matcher: "m",
    leftover: { path: join(base, name), kind: "directory" },
  });
  const snapshot = world();
  const table = new Table({ ...snapshot, viewer: { ...snapshot.viewer, uid: US } });

  /** What was written down, and whether it still lay there. */
  const taking = async (judge: LeftoverMatcher["judge"] = matcher.judge, asked: Partial<Machine> = {}) => {
    const told: [what: string, path: string, isThere: boolean][] = [];
    const names = ["codex-home-1", "codex-home-2", "codex-home-3"];
    names.forEach(plant);
    const note = (what: string, { path = "" }: Intent | Result) => told.push([what, path, existsSync(path)]);
    const results = await takeLeftovers(names.map(finding), {
      machine: { ...toldMachine(snapshot), now: Date.now, ...asked },
      plugins: { leftoverMatchers: [{ ...matcher, judge }] },
      table,
      lookAgain: () => table,
      plan: { remove: [join(base, "codex-home-1"), join(base, "codex-home-3")] },
      journal: {
        intend: (intents) => intents.forEach((intent) => note("intended", intent)),
        settle: (_, result) => note(`settled ${result.outcome}`, result),
      },
    });
    return {
      told: told.toSorted(([, one], [, other]) => (one < other ? -1 : Number(one > other))),
      left: readdirSync(base).sort(),
      outcomes: results.map(({ outcome }) => outcome),
    };
  };

  test("writes down what is intended while it is there, and what became of it after; what the plan leaves out stays", async () => {
    const [one, three] = [join(base, "codex-home-1"), join(base, "codex-home-3")];
    expect(await taking()).toEqual({
      told: [
        ["intended", one, true],
        ["settled removed", one, false],
        ["intended", three, true],
        ["settled removed", three, false],
      ],
      left: ["codex-home-2"],
      outcomes: ["removed", "removed"],
    });
  });

  test("what cannot be looked at again is not gone for that: it stays, and is told as what is left", async () => {
    const again = async (isThere: boolean) =>
      (await taking(undefined, { leftover: () => undefined, lacks: () => !isThere })).outcomes;
    expect([await again(true), await again(false)]).toEqual([["failed", "failed"], ["gone", "gone"]]);
    expect(readdirSync(base).length).toBe(3);
  });

  test("takes nothing that its judge would keep by now, and intends nothing", async () => {
    const { told, left } = await taking(() => ({ ...JUDGED, verdict: "owned" }));
    expect([told, left]).toEqual([[], ["codex-home-1", "codex-home-2", "codex-home-3"]]);
  });

  const all = (paths: readonly string[]) => ({
    machine: { ...toldMachine(snapshot), now: Date.now },
    plugins: { leftoverMatchers: [matcher] },
    table,
    lookAgain: () => table,
    plan: { remove: paths },
  });

  for (const [when, isNoted] of [["another is taken away", false], ["it is written down", true]] as const) {
    test(`who comes to use one while ${when} is seen, however long that takes`, async () => {
      const names = ["codex-home-1", "codex-home-2"];
      const paths = names.map(plant);
      const now = new Table(table.snapshot);
      const used = paths[isNoted ? 0 : 1];
      const judge: LeftoverMatcher["judge"] = ({ path }, seen) => {
        if (path === paths[0] && !isNoted) standStill(250);
        return seen === now && path === used ? { ...JUDGED, verdict: "owned", because: "used" } : JUDGED;
      };
      const settled: (string | undefined)[] = [];
      const results = await takeLeftovers(names.map(finding), {
        ...all(paths),
        table: new Table({ ...table.snapshot, capturedAt: new Date().toISOString() }),
        plugins: { leftoverMatchers: [{ ...matcher, judge }] },
        lookAgain: () => now,
        ...(isNoted
          ? { journal: { intend: () => standStill(250), settle: (_, { path }) => void settled.push(path) } }
          : {}),
      });
      expect(results.map(({ path, outcome }) => [path, outcome])).toEqual(
        paths.map((path) => [path, path === used ? "replaced" : "removed"]),
      );
      expect(settled).toEqual(isNoted ? paths : []);
      expect(existsSync(used as string)).toBe(true);
    });
  }

  test("whoever interrupts is heard before the next directory", async () => {
    const names = ["a/codex-home-1", "b/codex-home-2", "c/codex-home-3"];
    const paths = names.map(plant);
    for (const directory of ["a", "b", "c"]) expect(lstatSync(join(base, directory)).mode & 0o022).toBe(0);
    const interrupt = new AbortController();
    const results = await takeLeftovers(names.map(finding), {
      ...all(paths),
      signal: interrupt.signal,
      progress: () => setImmediate(() => interrupt.abort()),
    });
    expect([results.map(({ path }) => path), paths.map(existsSync)]).toEqual([paths.slice(0, 1), [false, true, true]]);
  });

  test("the record tells apart what two that died left under one name", async () => {
    const intents: Intent[] = [];
    const times = [];
    for (const stamp of [1_000_000, 2_000_000]) {
      const path = plant("codex-home-1");
      utimesSync(path, stamp, stamp);
      const modifiedAt = lstatSync(path).mtimeMs;
      times.push(modifiedAt);
      const one = finding(basename(path));
      await takeLeftovers([{ ...one, leftover: { ...one.leftover, modifiedAt } }], {
        ...all([path]),
        journal: { intend: (more) => void intents.push(...more), settle: () => {} },
      });
    }
    expect(intents.map((intent) => "modifiedAt" in intent && intent.modifiedAt)).toEqual(times);
  });
});
