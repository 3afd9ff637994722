import { describe, expect, test } from "bun:test";
import terminate from "../../plugins/actions/terminate.ts";
import unregister from "../../plugins/actions/unregister.ts";
import { fair } from "../../src/clock.ts";
import { execute, type Intent } from "../../src/execute.ts";
import type { Signal } from "../../src/contract.ts";
import type { Result } from "../../src/report.ts";
import { ManualClock } from "../support/clock.ts";
import { GRACE_MS, reap } from "../support/executed.ts";
import { lookAt, orphan, World } from "../support/fake-machine.ts";

describe("execute()", () => {
  test("asks a tree from its root down, TERM then CONT each", async () => {
    const world = new World();
    world.spawn(10);
    world.spawn(11, { ppid: 10, onTerm: "ignores" });
    world.spawn(12, { ppid: 11, onTerm: "ignores" });
    await reap(world, [[10, 11, 12]], { policy: { graceMs: 0 } });
    expect(world.signals.slice(0, 5).map(({ pid, signal }) => `${pid} ${signal}`)).toEqual([
      "10 TERM",
      "11 TERM",
      "11 CONT",
      "12 TERM",
      "12 CONT",
    ]);
  });

  test("gives a hundred stubborn trees one grace period together, to the millisecond", async () => {
    const world = new World();
    const pids = Array.from({ length: 100 }, (_, index) => 100 + index);
    for (const pid of pids) world.spawn(pid, { onTerm: "ignores" });
    const { clock, outcomes } = await reap(world, pids.map((pid) => [pid]));
    expect(clock.now()).toBe(GRACE_MS);
    expect(outcomes).toEqual(pids.map((pid) => [pid, "killed"]));
  });

  test("waits no longer than the last one takes", async () => {
    const world = new World();
    world.spawn(10, { onTerm: "ignores" });
    const clock = new ManualClock((now) => now >= 300 && world.exit(10));
    const { outcomes } = await reap(world, [[10]], { clock });
    expect(outcomes).toEqual([[10, "ended"]]);
    expect(clock.now()).toBeLessThan(320);
    expect(world.signals.map(({ signal }) => signal)).toEqual(["TERM", "CONT"]);
  });

  test("counts no time in which the machine stood still", async () => {
    const world = new World();
    world.spawn(10, { onTerm: "ignores" });
    world.spawn(11, { onTerm: "ignores" });
    const minuteMs = 60_000;
    let stood = false;
    const clock = new ManualClock((now) => {
      if (!stood) clock.slept += minuteMs;
      else if (now >= minuteMs + 300) world.exit(10);
      stood = true;
    });
    const { outcomes } = await reap(world, [[10], [11]], { clock: fair(clock) });
    expect(outcomes).toEqual([[10, "ended"], [11, "killed"]]);
    // All but what a pause may take where much is going on.
    expect(clock.now()).toBe(minuteMs - 250 + GRACE_MS);
  });

  test("asks and waits for nobody, when that is the step", async () => {
    const world = new World();
    const stubborn = world.spawn(10, { onTerm: "ignores" });
    world.spawn(11);
    const { outcomes, clock } = await reap(world, [[10], [11]], { step: "ask" });
    expect(outcomes).toEqual([[10, "asked"], [11, "ended"]]);
    expect(world.received(stubborn)).toEqual(["TERM", "CONT"]);
    expect(clock.now()).toBe(0);
  });

  test("ends by force without asking again, with what was born meanwhile, when that is the step", async () => {
    const world = new World();
    const stubborn = world.spawn(10, { onTerm: "ignores" });
    world.meanwhile = (call) => {
      if (call === "list" && world.received(stubborn).includes("STOP") && !world.processes.has(20)) {
        world.spawn(20, { ppid: 10, onTerm: "ignores" });
      }
    };
    const { outcomes, clock } = await reap(world, [[10]], { step: "force", mayTouch: () => true });
    expect(outcomes).toEqual([[10, "killed"], [20, "killed"]]);
    expect(world.received(stubborn)).toEqual(["STOP", "KILL"]);
    expect(clock.now()).toBeLessThan(100);
  });

  test("begins with nobody else when the time is over, and leaves nobody stopped", async () => {
    const world = new World();
    const pids = [10, 11, 12];
    for (const pid of pids) world.spawn(pid, { onTerm: "ignores" });
    const late = new ManualClock();
    let holds = 0;
    world.meanwhile = (call) => {
      if (call === "open" && ++holds === 2) late.slept = 50;
    };
    const { results } = await reap(world, pids.map((pid) => [pid]), { step: "ask", clock: late, deadline: 50 });
    expect(results.map(({ pid }) => pid)).toEqual([10, 11]);
    expect(world.signals.map(({ pid, signal }) => `${pid} ${signal}`)).toEqual([
      "10 TERM",
      "10 CONT",
      "11 TERM",
      "11 CONT",
    ]);
  });

  for (const step of ["ask", "force"] as const) {
    test(`without time it does not leave behind who is below one that it goes at (${step})`, async () => {
      const world = new World();
      const tree = [world.spawn(10), world.spawn(20, { ppid: 10 }), world.spawn(30, { ppid: 20 })];
      const other = world.spawn(40);
      const { results } = await reap(world, [[10, 20, 30], [40]], { step, deadline: 0 });
      expect(results.map(({ pid }) => pid)).toEqual([10, 20, 30]);
      expect(tree.map((one) => world.received(one)[0])).toEqual(Array(3).fill(step === "ask" ? "TERM" : "STOP"));
      expect(world.received(other)).toEqual([]);
    });
  }

  test("without time it ends one by force, and sees it go", async () => {
    const world = new World();
    for (const pid of [10, 11]) world.spawn(pid, { onTerm: "ignores" });
    const stays = world.spawn(12, { onTerm: "ignores", onKill: "stays" });
    const { outcomes } = await reap(world, [[10], [11]], { step: "force", deadline: 0 });
    expect(outcomes).toEqual([[10, "killed"]]);
    const { results, clock } = await reap(world, [[12]], { step: "force", deadline: 0 });
    expect(results).toMatchObject([{ outcome: "survived", because: expect.stringContaining("no time to see it go") }]);
    expect(world.received(stays)).toEqual(["STOP", "KILL"]);
    expect(clock.now()).toBeLessThan(50);
  });

  test("does nothing for an action without signals", async () => {
    const world = new World();
    world.spawn(10);
    const { outcomes } = await reap(world, [[10]], { action: unregister });
    expect(outcomes).toEqual([[10, "planned"]]);
    expect(world.signals).toEqual([]);
  });

  test("interrupted in the grace period, it leaves survivors running and says so", async () => {
    const world = new World();
    const stubborn = world.spawn(10, { onTerm: "ignores" });
    const abort = new AbortController();
    const clock = new ManualClock((now) => now > 100 && abort.abort());
    const { results } = await reap(world, [[10]], { clock, abort: abort.signal });
    expect(results).toMatchObject([{ outcome: "survived", because: "interrupted after it was asked to end" }]);
    expect(world.received(stubborn)).toEqual(["TERM", "CONT"]);
    expect(stubborn.state).toBe("S");
    expect(world.openDescriptors).toBe(0);
  });

  test("interrupted before it began, it sends nothing", async () => {
    const world = new World();
    world.spawn(10);
    const { outcomes, results } = await reap(world, [[10]], { abort: AbortSignal.abort() });
    expect(outcomes).toEqual([[10, "survived"]]);
    expect(results).toMatchObject([{ because: "interrupted before any signal" }]);
    expect(world.signals).toEqual([]);
  });

  test.each([[true, []], [false, ["TERM", "CONT", "STOP", "CONT"]]])(
    "leaves nothing stopped when a look fails (before anybody is asked: %p)",
    async (isEarly, signals) => {
      const world = new World();
      const child = (world: World) => void world.spawn(11, { ppid: 10 });
      const stubborn = world.spawn(10, { onTerm: child });
      if (isEarly) child(world);
      const machine = world.machine();
      world.tick += 10;
      const seen = lookAt(machine).filter(({ pid }) => pid === 10);
      const failing = execute([orphan(seen)], machine, {
        action: terminate,
        policy: { graceMs: 10 },
        clock: new ManualClock(),
        mayTouch() {
          throw new Error("a guard failed");
        },
      });
      expect(failing).rejects.toThrow("a guard failed");
      await failing.catch(() => {});
      expect(world.received(stubborn)).toEqual(signals as Signal[]);
      expect(world.openDescriptors).toBe(0);
    },
  );

  test("writes the intent before the first signal and the outcome after the last", async () => {
    const world = new World();
    world.spawn(10);
    world.spawn(11, { onTerm: "ignores" });
    const log: string[] = [];
    const progress: Result[] = [];
    const deliver = world.deliver.bind(world);
    world.deliver = (played, signal) => {
      log.push(`${signal} ${played.pid}`);
      deliver(played, signal);
    };
    const intents: Intent[] = [];
    await reap(world, [[10], [11]], {
      journal: {
        intend(all) {
          intents.push(...all);
          log.push(`intend ${all.map(({ pid }) => pid)}`);
        },
        settle: ({ pid }, { outcome }) => void log.push(`settle ${pid} ${outcome}`),
      },
      progress: (result) => void progress.push(result),
    });
    expect(log).toEqual([
      "intend 10,11",
      "TERM 10",
      "settle 10 ended",
      "TERM 11",
      "CONT 11",
      "STOP 11",
      "KILL 11",
      "settle 11 killed",
    ]);
    expect(intents[0]).toMatchObject({ pid: 10, startToken: "1000", bootId: "boot", action: "terminate" });
    expect(intents[0]).toMatchObject({ process: { pid: 10 }, finding: { root: { pid: 10 } } });
    expect(progress.map(({ pid }) => pid)).toEqual([10, 11]);
  });
});

describe("execute() where nothing can be asked", () => {
  test("ends by force at once, without a grace period", async () => {
    const world = new World();
    const played = world.spawn(10);
    const machine = world.machine();
    const windows: typeof machine = {
      ...machine,
      hold(process) {
        const held = machine.hold(process);
        if ("refused" in held) return held;
        const send: typeof held.send = (signal) =>
          signal === "KILL" ? held.send(signal) : { refused: "unknown", because: `nothing is like ${signal} here` };
        return { ...held, signals: ["KILL"], send };
      },
    };
    world.tick += 10;
    const clock = new ManualClock();
    const seen = lookAt(windows);
    let looks = 0;
    // One more at the look that is the last before the force.
    world.meanwhile = (call) => {
      if (call === "list" && ++looks === 2) world.spawn(20, { ppid: 10 });
    };
    const results = await execute([orphan(seen)], windows, {
      action: terminate,
      policy: { graceMs: GRACE_MS },
      clock,
      mayTouch: () => true,
    });
    expect(results).toMatchObject([{ pid: 10, outcome: "killed" }, { pid: 20, outcome: "killed" }]);
    expect(world.received(played)).toEqual(["KILL"]);
    expect(clock.now()).toBe(0);
  });
});
