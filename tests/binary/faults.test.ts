/**
 * The kernel answers with errors: nobody is ended for what could not be read, and what will not go is where it was.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { BINARY } from "../support/binary.ts";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/faults.ts";

describe.skipIf(process.platform !== "linux")("while calls fail", () => {
  let told: Told;
  beforeAll(async () => {
    told = await runInside<Told>(join(import.meta.dir, "..", "support", "programs", "faults.ts"), { binary: BINARY });
  }, 280_000);

  test("nobody is in a plan who would not be without", () => {
    const { lost, kept, scans } = told;
    expect(scans.length).toBeGreaterThan(20);
    expect(scans.some(({ planned }) => planned?.includes(lost))).toBe(true);
    const strangers = scans.map(({ fault, planned }) => [fault, planned?.filter((pid) => pid !== lost) ?? []] as const);
    expect({ kept, strangers: strangers.filter(([, pids]) => pids.length > 0) }).toEqual({ kept, strangers: [] });
  });

  test("whatever cannot be done is told in a line, as what it is", () => {
    for (const { fault, exitCode, stderr } of told.scans) {
      expect([fault, [0, 2, 3].includes(exitCode as number) ? "as written" : exitCode]).toEqual([fault, "as written"]);
      expect([fault, stderr.trim().split("\n").length]).toEqual([fault, 1]);
      expect([fault, stderr]).toEqual([fault, expect.not.stringMatching(/there is no \/proc|mounted|mistake of ours/)]);
    }
  });

  test("what lies on disk is found, or it is said where it could not be looked for", () => {
    expect(told.scans.map(({ fault, passedOver }) => [fault, passedOver]).filter(([, paths]) => paths?.length !== 0))
      .toEqual([]);
  });

  test("what did not go lies where it lay, and the next run takes it", () => {
    expect(told.removals.length).toBeGreaterThan(5);
    expect(told.removals.some(({ stays }) => stays.length > 0)).toBe(true);
    for (const { fault, stays, went, debris, exitCodes: [, next] } of told.removals) {
      expect([fault, stays, went, debris]).toEqual([fault, stays.map(() => true), went.map(() => true), []]);
      expect([fault, next]).toEqual([fault, 0]);
    }
  });

  test("what could not be put back is not forgotten", () => {
    expect(told.undone.length).toBeGreaterThan(10);
    for (const one of told.undone) expect(one).toEqual({ ...one, isTold: true, isBack: true });
  });

  test("a command gets all that it was given, or is not started", () => {
    expect(told.runs.length).toBeGreaterThan(15);
    expect(told.runs.some(({ exitCode }) => exitCode === 7)).toBe(true);
    for (const { fault, exitCode, stdout, stderr } of told.runs) {
      const whole = stdout === "2 100000 last 100000 last\n";
      expect([fault, stdout]).toEqual([fault, whole ? stdout : ""]);
      // Whose end could not be read of is not told as one that went well.
      expect([fault, exitCode]).toEqual([fault, exitCode === 7 && whole ? 7 : 125]);
      expect([fault, stderr.filter((line) => !line.startsWith("agent-reaper: run: "))]).toEqual([fault, []]);
      expect([fault, stderr.length > 0]).toEqual([fault, exitCode !== 7]);
    }
  });

  test("nobody waits busily for what cannot be read", () => {
    const forEver = told.runs.filter(({ fault }) => fault.endsWith("+"));
    expect(forEver.length).toBe(4);
    for (const { fault, processorMs, tookMs } of forEver) {
      expect([fault, processorMs < 3_000, tookMs < 20_000]).toEqual([fault, true, true]);
    }
  });
});
