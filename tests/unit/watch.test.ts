import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Finding, Result } from "../../src/report.ts";
import type { Machine } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Sightings } from "../../src/sightings.ts";
import { eventsOf, gistOf, lineOf } from "../../src/watch/lines.ts";
import { Refusals } from "../../src/watch/refusals.ts";
import { MOST_RETURNS, Respawns } from "../../src/watch/respawns.ts";
import { type Round, round } from "../../src/watch/round.ts";
import { healthSample } from "../../src/health/sample.ts";
import { sleepUntilTold } from "../../src/clock.ts";
import { watch } from "../../src/watch/watch.ts";
import { assess } from "../../src/health/assess.ts";
import { USUAL } from "../../src/health/thresholds.ts";
import { ManualClock } from "../support/clock.ts";
import { toldMachine } from "../support/told-machine.ts";
import { CHILD, ORPHAN, world } from "../support/world.ts";

const quiet: Round = { seen: 1, findings: [], orphans: [], results: [], spared: [], standing: [], overLimit: false };

/** Runs the loop through this many waits, and tells what happened. */
async function play(
  rounds: readonly (Round | "taken" | "fails")[],
  options: { readonly atOnce?: boolean; readonly pausedAt?: readonly number[] } = {},
): Promise<string[]> {
  const log: string[] = [];
  const controller = new AbortController();
  let at = 0;
  let waits = 0;
  await watch({
    everyMs: 300_000,
    atOnce: options.atOnce ?? false,
    signal: controller.signal,
    isPaused: () => options.pausedAt?.includes(waits) === true ? "for lunch" : undefined,
    round: () => {
      const next = rounds[at++] ?? quiet;
      if (next === "fails") throw new Error("it failed");
      return Promise.resolve(next === "taken" ? undefined : next);
    },
    done: () => Promise.resolve(void log.push("done")),
    failed: (error) => Promise.resolve(void log.push((error as Error).message)),
    paused: (why) => Promise.resolve(void log.push(`paused ${why}`)),
    sleep: (ms) => {
      log.push(`wait ${ms}`);
      if (++waits > rounds.length + (options.pausedAt?.length ?? 0)) controller.abort();
      return Promise.resolve();
    },
  });
  return log;
}

describe("the loop", () => {
  test("begins after an interval, or at once when it is told", async () => {
    expect(await play([quiet])).toEqual(["wait 300000", "done", "wait 300000"]);
    expect(await play([quiet], { atOnce: true })).toEqual(["wait 0", "done", "wait 300000"]);
  });

  test("a round that fails is told and the next one runs", async () => {
    expect(await play(["fails", quiet])).toEqual(["wait 300000", "it failed", "wait 300000", "done", "wait 300000"]);
  });

  test("when a sweep is at work it tries again soon", async () => {
    expect(await play(["taken", quiet])).toEqual(["wait 300000", "wait 1000", "done", "wait 300000"]);
  });

  test("looks again when somebody's grace is over", async () => {
    expect(await play([{ ...quiet, dueMs: 5_000 }, quiet])).toEqual([
      "wait 300000",
      "done",
      "wait 5010",
      "done",
      "wait 300000",
    ]);
    expect((await play([{ ...quiet, dueMs: 9e9 }, quiet]))[2]).toBe("wait 300000");
  });

  test("a pause is told once and nothing is looked at meanwhile", async () => {
    expect(await play([quiet], { pausedAt: [1, 2] })).toEqual([
      "wait 300000",
      "paused for lunch",
      "wait 300000",
      "wait 300000",
      "done",
      "wait 300000",
    ]);
  });

  test("whoever ends it does not wait", async () => {
    const controller = new AbortController();
    const sleeping = sleepUntilTold(3_600_000, controller.signal);
    controller.abort();
    await sleeping;
    await sleepUntilTold(3_600_000, controller.signal);
  });
});

describe("a dry run", () => {
  test("tells at the second sighting what would be asked to end, signals nobody, and puts nothing on record", async () => {
    let awakeMs = 0;
    const touched: string[] = [];
    const machine: Machine = {
      ...toldMachine(world()),
      uptime: () => ({ awakeMs, asleepMs: 0 }),
      hold(process) {
        touched.push(`hold ${process.pid}`);
        return { refused: "denied", because: "nobody may" };
      },
    };
    let sightings: Sightings | undefined;
    const look = () =>
      round({
        machine,
        plugins: builtin(),
        policy: { ...defaultPolicy, confirmMs: 60_000 },
        clock: new ManualClock(),
        journal: { intend: () => touched.push("intend"), settle: () => touched.push("settle") },
        respawns: new Respawns(),
        refusals: new Refusals(),
        sightings,
        remember: (seen) => {
          sightings = seen;
        },
        dryRun: true,
      });
    expect((await look()).results).toEqual([]);
    for (let rounds = 0; rounds < 3; rounds++) {
      awakeMs += 60_000;
      const { results, dueMs } = await look();
      expect(results.map(({ pid, outcome }) => [pid, outcome])).toEqual([[ORPHAN, "planned"], [CHILD, "planned"]]);
      expect(dueMs).toBeUndefined();
    }
    expect(touched).toEqual([]);
  });
});

describe("what comes back", () => {
  const process = (startedAt: number, argv = ["claude", "-p"]) => ({
    pid: 10,
    ppid: 1,
    argv,
    exe: "/bin/claude",
    startedAt,
    startToken: String(startedAt),
  });

  test("is ended three times, then left alone and told", () => {
    const respawns = new Respawns();
    let at = 1_000_000;
    for (let times = 0; times < MOST_RETURNS; times++) {
      const root = process(at);
      expect(respawns.spares(root)).toBeUndefined();
      respawns.ended(root, at += 10_000);
      at += 13_000;
    }
    expect(respawns.spares(process(at))).toContain("3 times");
    // As long as it runs.
    expect(respawns.spares(process(at))).toContain("something starts it again");
  });

  test("others, those that were there already and those that come much later are not what comes back", () => {
    const respawns = new Respawns();
    for (let times = 0; times < 10; times++) respawns.ended(process(times), 1_000_000 + times);
    expect(respawns.spares(process(999_000))).toBeUndefined();
    expect(respawns.spares(process(1_000_100, ["claude", "other"]))).toBeUndefined();
    expect(respawns.spares(process(1_000_010 + 3_600_000))).toBeUndefined();
  });

  test("a hundred alike that were lost together all end", () => {
    const respawns = new Respawns();
    for (let at = 0; at < 100; at++) {
      expect(respawns.spares(process(at))).toBeUndefined();
      respawns.ended(process(at), 10_000 + at);
    }
  });

  test("who is asked again and again while it is still there has not come back", () => {
    const respawns = new Respawns();
    const root = process(1_000_000);
    for (let at = 1_000_000; at < 1_000_020; at++) {
      expect(respawns.spares(root)).toBeUndefined();
      respawns.ended(root, at);
    }
  });

  test("remembers no more than it may", () => {
    const respawns = new Respawns();
    for (let at = 0; at < 5_000; at++) respawns.ended(process(at, ["claude", String(at)]), 10_000);
    expect(JSON.stringify(Bun.inspect(respawns)).length).toBeLessThan(200_000);
  });
});

describe("what a round tells", () => {
  const finding = {
    root: { pid: 10, ppid: 1 },
    members: [{ pid: 10, ppid: 1, rss: 1024 ** 2 }, { pid: 11, ppid: 10, rss: 1024 ** 2 }],
    claim: { family: "claude" },
    because: "nobody reads it",
  } as unknown as Finding;

  test("a line for each tree, with the reason when it could not be ended", () => {
    const told = (outcome: "asked" | "denied") =>
      eventsOf({ ...quiet, orphans: [finding], results: [{ pid: 10, outcome, because: "permission denied" }] }).map(
        lineOf,
      );
    expect(told("asked")).toEqual(["asked claude 10 (2 processes, 2.0 MiB): nobody reads it"]);
    expect(told("denied")).toEqual(["denied claude 10 (2 processes, 2.0 MiB): permission denied"]);
    expect(eventsOf({ ...quiet, spared: [{ finding, because: "it is back" }] }).map(lineOf)).toEqual([
      "spared claude 10 (2 processes, 2.0 MiB): it is back",
    ]);
    expect(eventsOf({ ...quiet, orphans: [finding], overLimit: true }).map(lineOf)).toEqual([
      "nothing touched: 1 tree would be ended, more than the limit allows",
    ]);
  });

  test("what goes on from round to round is the same, whatever memory it takes meanwhile", () => {
    const event = { what: "planned", pid: 10, family: "claude", because: "nobody reads it", processes: 2 };
    expect(gistOf({ ...event, rssBytes: 1024 ** 2 })).toBe(gistOf({ ...event, rssBytes: 2 * 1024 ** 2 }));
    expect(gistOf(event)).not.toBe(gistOf({ ...event, pid: 11 }));
    expect(gistOf(event)).not.toBe(gistOf({ ...event, because: "it is back" }));
  });

  test("whatever a process calls itself, it is one harmless line", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (because, path) => {
      expect(lineOf({ what: "removed", path, because })).toMatch(/^[^\p{Cc}]*$/u);
    }));
  });

  test("over all states of health each that was ended is counted once", () => {
    const vitals = {};
    const rows = [["asked", "ended"], ["killed"]].map((outcomes) =>
      healthSample(
        { health: assess(vitals, [], USUAL), vitals },
        USUAL,
        outcomes.map((outcome, at) => ({ pid: 5 + at, outcome }) as Result),
        undefined,
        "in rounds",
      )
    );
    expect(rows.map(({ details }) => details["stale_processes_killed"])).toEqual([2, 0]);
    expect(rows.map(({ actionTaken }) => actionTaken)).toEqual(["Killed PIDs: 5, 6", "Killed PIDs: 5"]);
  });

  test("whoever asks and forces in one run counts both", () => {
    const vitals = {};
    const results = [{ pid: 5, outcome: "ended" }, { pid: 6, outcome: "killed" }] as Result[];
    const { details } = healthSample(
      { health: assess(vitals, [], USUAL), vitals },
      USUAL,
      results,
      undefined,
      "at once",
    );
    expect(details["stale_processes_killed"]).toBe(2);
  });

  test("a state of health has the older reaper's names", () => {
    const vitals = {
      memory: { totalBytes: 8 * 1024 ** 3, freeBytes: 1, availableBytes: 2 * 1024 ** 3 },
      swap: { totalBytes: 1000, usedBytes: 250 },
    };
    const sample = healthSample(
      { health: assess(vitals, [], USUAL), vitals },
      USUAL,
      [{ pid: 5, outcome: "asked" }],
      7_200_000,
      "in rounds",
    );
    expect(sample).toEqual({
      status: "ok",
      details: {
        zombie_count: 0,
        zombie_threshold: 500,
        stale_processes_killed: 1,
        severity: "ok",
        free_mem_mb: 2048,
        mem_total_mb: 8192,
        swap_used_mb: 0,
        swap_pct: 0.25,
        max_age_minutes: 120,
      },
      actionTaken: "Killed PIDs: 5",
    });
  });
});
