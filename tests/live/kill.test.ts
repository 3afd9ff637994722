import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type NamespaceOptions, runInside } from "../support/namespace.ts";
import { STUBBORN, type Told } from "../support/programs/kill-all-kinds.ts";
import type { Told as ToldOfOne } from "../support/programs/kill-changed.ts";
import type { Told as ToldOfMany } from "../support/programs/kill-hundred.ts";

const program = (name: string) => join(import.meta.dir, "..", "support", "programs", `${name}.ts`);

describe("real orphans, in a pid namespace of their own", () => {
  test("all kinds end, with all they forked meanwhile; those somebody wants stay as they were", async () => {
    const { trees, strays, grips } = await runInside<Told>(program("kill-all-kinds"));
    expect(trees.length).toBe(18);
    for (const { name, fate, outcomes, alive, states } of trees) {
      const ends = fate === "ends";
      expect([name, alive]).toEqual([name, alive.map(() => !ends)]);
      expect([name, states]).toEqual([name, ends ? [] : outcomes.map(() => "S")]);
      const forced = STUBBORN.includes(name);
      expect([name, outcomes]).toEqual([name, outcomes.map(() => ends ? forced ? "killed" : "ended" : "untouched")]);
    }
    expect(strays).toBe(0);
    expect(grips).toEqual(["pidfd"]);
  });

  test("a hundred that ignore TERM are ended after exactly one grace period of the injected clock", async () => {
    const told = await runInside<ToldOfMany>(program("kill-hundred"), { count: 100, graceMs: 5_000 });
    expect(told.outcomes).toEqual(Array<string>(100).fill("killed"));
    expect(told.alive).toBe(0);
    expect(told.askedAtMs).toEqual([0]);
    expect(told.killedAtMs).toEqual([5_000]);
  });

  const one = (kind: string, options: NamespaceOptions = {}) =>
    runInside<ToldOfOne>(program("kill-changed"), kind, options);

  for (const [when, kind] of [["between look and hold", "exec"], ["while it was noted", "exec while noted"]] as const) {
    test(`one that ran another program ${when} gets no signal`, async () => {
      const { result, alive, handled } = await one(kind);
      expect(result).toMatchObject({ outcome: "replaced", because: "it runs another program now" });
      expect(alive).toBe(true);
      expect(handled).toEqual(["10"]); // the SIGUSR1 that made it do so
    });
  }

  // Two users are needed, and an ordinary one has only himself in his user namespace.
  if (process.getuid?.() === 0) {
    test("one that we may not signal is said to be denied", async () => {
      const { result, alive, handled } = await one("denied", {
        prefix: () => ["setpriv", "--bounding-set=-kill"],
      });
      expect(result).toMatchObject({ outcome: "denied" });
      expect([alive, handled]).toEqual([true, []]);
    });
  }

  test("without pidfds it is held by its start, and the result says so", async () => {
    const { result, alive } = await one("by start");
    expect(result).toMatchObject({ outcome: "ended", grip: "start time, read again before each signal" });
    expect(alive).toBe(false);
  });

  test("interrupted, a survivor runs on", async () => {
    const { result, alive, state, handled } = await one("interrupted");
    expect(result).toMatchObject({ outcome: "survived" });
    expect([alive, state, handled]).toEqual([true, "S", ["15"]]);
  });
});
