/**
 * Pids that are given away again while we work. Signals are counted twice: by strace on the reaper,
 * and by the processes that they would have reached.
 */
import { describe, expect, test } from "bun:test";
import { release } from "node:os";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told, Weather } from "../support/programs/storm-direct.ts";
import { linesToOthers } from "../support/trace.ts";

/** Before 6.14 the number is the whole machine's, and not ours to change. */
function fewPids(count: number): number | undefined {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 14) ? count : undefined;
}

const inStorm = (weather: Weather) =>
  runInside<Told>(join(import.meta.dir, "..", "support", "programs", "storm-direct.ts"), weather);

/** Signal 0 asks and sends nothing; what came too late reached nobody. */
const sent = ({ calls }: Told) => calls.filter(({ signal, reached }) => signal !== "0" && reached);

describe("in a storm of short-lived processes", () => {
  test("targets end, those whose pids were recycled since the look get nothing, and no process of the storm", async () => {
    const told = await inStorm({
      pidMax: fewPids(1_200),
      parallel: 300,
      lifeUs: 3_000,
      standIns: 12,
      rounds: 1,
      births: 15_000,
    });
    const [round] = told.rounds;
    expect(told.births).toBeGreaterThan(15_000);
    expect(told.hits).toEqual([]);
    expect(round?.targets.length).toBe(36);
    const departed = new Set(told.departed);
    expect(departed.size).toBe(12);
    const outcomes = (which: boolean) =>
      round?.outcomes.filter(({ pid }) => departed.has(pid) === which).map(({ outcome }) => outcome).sort();
    for (const outcome of outcomes(true) ?? []) expect(["gone", "replaced"]).toContain(outcome);
    expect(outcomes(false)).toEqual([...Array<string>(12).fill("ended"), ...Array<string>(12).fill("killed")]);
    expect(told.alive).toEqual([]);

    const targets = new Set(round?.targets);
    const signals = sent(told);
    expect(signals.length).toBeGreaterThanOrEqual(12 + 12 * 4);
    for (const { call, pid } of signals) {
      expect(call).toBe("pidfd_send_signal");
      expect(targets.has(pid) && !departed.has(pid)).toBe(true);
    }
  });

  test("where pids recur inside one tick, no signal reaches one that was born after the look", async () => {
    const told = await inStorm({
      pidMax: fewPids(360),
      parallel: 36,
      lifeUs: 600,
      standIns: 0,
      rounds: 100,
      births: 15_000,
    });
    expect(told.births).toBeGreaterThanOrEqual(15_000);
    expect(told.rounds.length).toBeGreaterThanOrEqual(100);
    for (const { pid, bornNs, hitNs } of told.hits) {
      // The last look before the hit that made this pid a target: it must have been born by then.
      const look = told.rounds.findLast(({ lookedNs, targets }) => lookedNs <= hitNs && targets.includes(pid));
      expect(bornNs).toBeLessThanOrEqual(look?.lookedNs ?? 0);
    }
    for (const { call } of sent(told)) expect(call).toBe("pidfd_send_signal");
    const judged = told.rounds.flatMap(({ outcomes }) => outcomes);
    expect(judged.length).toBeGreaterThan(100);
  });
});

test("a runtime that stops its own threads signals nobody else, and whoever signals others is seen", () => {
  const others = ["12 tgkill(99, 99, SIGTERM) = 0", "13 kill(12, SIGTERM) = 0", "12 tkill(99, SIGKILL) = 0", ""];
  expect(linesToOthers(["12 tgkill(12, 13, SIGPWR) = 0", "13 tgkill(12, 14, SIGPWR) = 0", ...others].join("\n")))
    .toEqual(
      others,
    );
});
