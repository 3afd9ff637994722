import { describe, expect, test } from "bun:test";
import terminate from "../../plugins/actions/terminate.ts";
import unregister from "../../plugins/actions/unregister.ts";
import { fair } from "../../src/clock.ts";
import { execute, type ExecuteOptions, type Intent, planned, targetsOf } from "../../src/execute.ts";
import type { Signal } from "../../src/contract.ts";
import type { Result } from "../../src/report.ts";
import { ManualClock } from "../support/clock.ts";
import { orphan, type Played, World } from "../support/fake-machine.ts";

const GRACE_MS = 5_000;

/** A look some ticks after all were born, then the end of those named. */
async function reap(world: World, pids: readonly (readonly number[])[], options: Partial<ExecuteOptions> = {}) {
  const machine = world.machine();
  world.tick += 10;
  const seen = new Map(machine.list("all").map((draft) => [draft.pid, draft]));
  const findings = pids.map((tree) => orphan(tree.map((pid) => seen.get(pid) ?? { pid, ppid: 1, startToken: "1" })));
  world.tick += 10;
  const clock = new ManualClock();
  const results = await execute(findings, machine, {
    action: terminate,
    policy: { graceMs: GRACE_MS },
    clock,
    ...options,
  });
  return { results, clock, outcomes: results.map(({ pid, outcome }) => [pid, outcome]) };
}

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

  test("tells a stopped process to end: TERM stays pending until CONT", async () => {
    const world = new World();
    const stopped = world.spawn(10, { state: "T" });
    const { outcomes, clock } = await reap(world, [[10]]);
    expect(outcomes).toEqual([[10, "ended"]]);
    expect(world.received(stopped)).toEqual(["TERM", "CONT"]);
    expect(clock.now()).toBe(0);
  });

  test("says what became of each: gone, replaced, denied, ended, killed, survived", async () => {
    const world = new World();
    world.spawn(11, { onTerm: "ends" });
    world.spawn(12, { onTerm: "ignores" });
    world.spawn(13, { onTerm: "ignores", onKill: "stays" });
    world.spawn(14, { denies: ["TERM"] });
    world.spawn(15);
    world.spawn(16);
    world.spawn(17);
    world.spawn(18, { exe: undefined });
    const machine = world.machine();
    world.tick += 10;
    const seen = machine.list("all");
    world.exit(15);
    world.exit(16);
    world.spawn(16);
    (world.processes.get(17) as Played).exe = "/bin/other";
    const results = await execute(seen.map((draft) => orphan([draft])), machine, {
      action: terminate,
      policy: { graceMs: 50 },
      clock: new ManualClock(),
    });
    expect(Object.fromEntries(results.map(({ pid, outcome }) => [pid, outcome]))).toEqual({
      11: "ended",
      12: "killed",
      13: "survived",
      14: "denied",
      15: "gone",
      16: "replaced",
      17: "replaced",
      18: "ended",
    });
    expect(results.every(({ because }) => because !== undefined && because !== "")).toBe(true);
    expect(results.find(({ pid }) => pid === 12)?.grip).toBe("pidfd");
    expect(world.openDescriptors).toBe(0);
    const touched = new Set(world.signals.map(({ pid }) => pid));
    expect([...touched].sort()).toEqual([11, 12, 13, 18]);
  });

  test("lets all go that are below one who ended or is another by now", async () => {
    const changes: Readonly<Record<string, (world: World) => void>> = {
      "it ran another program": (world) => void ((world.processes.get(10) as Played).exe = "/bin/other"),
      "it ended, and its child has a new parent": (world) => world.exit(10),
      "its number and that of its child were read of two trees": (world) => {
        world.processes.delete(10);
        world.spawn(10, { exe: "/bin/innocent" });
      },
    };
    for (const [name, change] of Object.entries(changes)) {
      const world = new World();
      for (const [pid, ppid] of [[10, 1], [11, 10], [12, 11], [20, 1]] as const) world.spawn(pid, { ppid });
      let changed = false;
      world.meanwhile = (call) => {
        if (call !== "open" || changed) return;
        changed = true;
        change(world);
      };
      const { outcomes } = await reap(world, [[10, 11, 12], [20]]);
      expect([name, outcomes.slice(1)]).toEqual([name, [[11, "replaced"], [12, "replaced"], [20, "ended"]]]);
      expect(world.signals.map(({ pid }) => pid).filter((pid) => pid !== 20)).toEqual([]);
    }
  });

  test("ends what is below one who may not be signalled", async () => {
    const world = new World();
    world.spawn(10, { denies: ["TERM", "KILL"] });
    world.spawn(11, { ppid: 10 });
    const { outcomes } = await reap(world, [[10, 11]]);
    expect(outcomes).toEqual([[10, "denied"], [11, "ended"]]);
  });

  test("backs off from the one that may not be signalled, and goes on with the others", async () => {
    const world = new World();
    const denied = world.spawn(10, { onTerm: "ignores", denies: ["STOP", "KILL"] });
    const other = world.spawn(11, { onTerm: "ignores" });
    const { outcomes } = await reap(world, [[10], [11]]);
    expect(outcomes).toEqual([[10, "denied"], [11, "killed"]]);
    expect(world.received(denied)).toEqual(["TERM", "CONT"]);
    expect(world.received(other)).toEqual(["TERM", "CONT", "STOP", "KILL"]);
  });

  test("leaves a survivor running when KILL is denied after STOP", async () => {
    const world = new World();
    const played = world.spawn(10, { onTerm: "ignores", denies: ["KILL"] });
    await reap(world, [[10]]);
    expect(world.received(played)).toEqual(["TERM", "CONT", "STOP", "CONT"]);
    expect(played.state).toBe("S");
  });

  test("never signals a process whose start is not known", async () => {
    const world = new World();
    world.spawn(10, { start: undefined });
    const { results } = await reap(world, [[10]]);
    expect(results).toMatchObject([{ pid: 10, outcome: "denied", because: expect.stringContaining("hands off") }]);
    expect(world.signals).toEqual([]);
  });

  test("never signals pid 1, itself, or a kernel thread", async () => {
    const world = new World();
    world.spawn(1);
    world.spawn(process.pid);
    world.spawn(30, { exe: null });
    const { outcomes } = await reap(world, [[1], [process.pid], [30]]);
    expect(outcomes.map(([, outcome]) => outcome)).toEqual(["denied", "denied", "denied"]);
    expect(world.signals).toEqual([]);
  });

  test("ends only orphans and stale ones, and no zombie among their members", async () => {
    const world = new World();
    for (const pid of [10, 11, 12]) world.spawn(pid);
    world.spawn(13, { state: "Z" });
    const machine = world.machine();
    world.tick += 10;
    const [a, b, c, d] = machine.list("all").map((draft) => [draft]);
    const findings = [orphan(a ?? []), orphan(b ?? [], "unsure"), orphan([...c ?? [], ...d ?? []], "stale")];
    expect(targetsOf(findings).map(({ pid }) => pid)).toEqual([10, 12]);
    expect(planned(findings).map(({ pid, outcome }) => [pid, outcome])).toEqual([[10, "planned"], [12, "planned"]]);
    await execute(findings, machine, { action: terminate, policy: { graceMs: 1 }, clock: new ManualClock() });
    expect([...new Set(world.signals.map(({ pid }) => pid))]).toEqual([10, 12]);
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
    const { outcomes } = await reap(world, [[10]], { abort: AbortSignal.abort() });
    expect(outcomes).toEqual([[10, "survived"]]);
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
      const seen = machine.list("all").filter(({ pid }) => pid === 10);
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

describe("execute() with children born meanwhile", () => {
  /** Forks on TERM, and its child forks once more before it is stopped. */
  function forker(world: World): void {
    world.spawn(10, {
      onTerm(world) {
        world.tick += 1;
        world.spawn(20, { ppid: 10, argv: ["sh"], onTerm: "ignores" });
        world.spawn(21, { ppid: 20, argv: ["sh"], onTerm: "ignores" });
      },
    });
  }

  test("stops and kills generations of them when the guards let them go", async () => {
    const world = new World();
    forker(world);
    const bystander = world.spawn(30);
    const asked: string[] = [];
    const mayTouch: ExecuteOptions["mayTouch"] = (draft, origin) => asked.push(`${draft.pid} of ${origin.pid}`) > 0;
    const { outcomes } = await reap(world, [[10]], { mayTouch });
    expect(outcomes).toEqual([[10, "killed"], [20, "killed"], [21, "killed"]]);
    expect(asked).toEqual(["20 of 10", "21 of 10"]);
    expect(world.signals.map(({ pid, signal }) => `${pid} ${signal}`)).toEqual([
      "10 TERM",
      "10 CONT",
      "10 STOP",
      "20 STOP",
      "21 STOP",
      "10 KILL",
      "20 KILL",
      "21 KILL",
    ]);
    expect(world.received(bystander)).toEqual([]);
  });

  /** Has a child, and that one another, while it is being taken hold of. Both obey. */
  function parent(world: World, child: Partial<Played> = {}): void {
    world.spawn(10);
    world.meanwhile = (call) => {
      if (call !== "open" || world.processes.has(20)) return;
      world.tick += 1;
      world.spawn(20, { ppid: 10, ...child });
      world.spawn(21, { ppid: 20 });
      world.meanwhile = () => {};
    };
  }

  test.each([undefined, "ask"] as const)(
    "asks with an obeying parent whom it had since the look (%p)",
    async (step) => {
      const world = new World();
      parent(world, { onTerm: "ignores" });
      const bystander = world.spawn(30);
      const judged: string[] = [];
      const joined: string[] = [];
      const { outcomes } = await reap(world, [[10]], {
        mayTouch: (draft, origin) => judged.push(`${draft.pid} of ${origin.pid}`) > 0,
        joined: (newcomer, origin) => joined.push(`${newcomer.pid} of ${origin.pid}`),
        ...(step === undefined ? {} : { step }),
      });
      expect(outcomes).toEqual([[10, "ended"], [20, step === undefined ? "killed" : "asked"], [21, "ended"]]);
      expect(world.signals.slice(0, 4).map(({ pid, signal }) => `${pid} ${signal}`)).toEqual([
        "10 TERM",
        "20 TERM",
        "20 CONT",
        "21 TERM",
      ]);
      expect([judged, joined]).toEqual([["20 of 10", "21 of 10"], ["20 of 10", "21 of 10"]]);
      expect(world.received(bystander)).toEqual([]);
      expect(world.openDescriptors).toBe(0);
    },
  );

  test("reads what all of them are judged by at once, for the system's sockets are as many for each", async () => {
    const world = new World();
    for (const pid of [10, 11]) world.spawn(pid);
    world.meanwhile = () => {
      for (const [pid, ppid] of [[20, 10], [21, 10], [22, 11]] as const) world.spawn(pid, { ppid });
      world.meanwhile = () => {};
    };
    const done: string[] = [];
    const { outcomes } = await reap(world, [[10], [11]], {
      readAll: (newcomers) => done.push(newcomers.map(({ pid }) => pid).join()),
      mayTouch: ({ pid }) => done.push(`judged ${pid}`) > 0,
    });
    expect(done).toEqual(["20,21,22", "judged 20", "judged 21", "judged 22"]);
    expect(outcomes.map(([, outcome]) => outcome)).toEqual(Array(5).fill("ended"));
    expect(world.openDescriptors).toBe(0);
  });

  test("asks nobody of a tree into which somebody came who may not be touched, and goes on with the others", async () => {
    const world = new World();
    parent(world);
    world.spawn(11, { ppid: 10 });
    world.spawn(30);
    const { results } = await reap(world, [[10, 11], [30]], { mayTouch: ({ pid }) => pid !== 21 });
    const because = "hands off: pid 21 came into its tree since, and with it the tree is none to end";
    expect(results).toMatchObject([
      { pid: 10, outcome: "denied", because },
      { pid: 11, outcome: "denied", because },
      { pid: 30, outcome: "ended" },
      { pid: 20, outcome: "denied", because },
    ]);
    expect(world.signals.map(({ pid }) => pid)).toEqual([30]);
    expect(world.openDescriptors).toBe(0);
  });

  test("asks nobody of a tree into which somebody came whom it may not take hold of", async () => {
    const world = new World();
    parent(world, { denies: ["hold"] });
    const { outcomes } = await reap(world, [[10]], { mayTouch: () => true });
    expect(outcomes).toEqual([[10, "denied"]]);
    expect(world.signals).toEqual([]);
    expect(world.openDescriptors).toBe(0);
  });

  test("lets nobody stay for the sake of one who went again", async () => {
    const world = new World();
    parent(world);
    const mayTouch: ExecuteOptions["mayTouch"] = ({ pid }) => (world.exit(pid), false);
    const { outcomes } = await reap(world, [[10]], { mayTouch });
    expect(outcomes).toEqual([[10, "ended"]]);
    expect(world.openDescriptors).toBe(0);
  });

  test("touches none where nobody judges them", async () => {
    const world = new World();
    forker(world);
    const { outcomes } = await reap(world, [[10]]);
    expect(outcomes).toEqual([[10, "killed"]]);
    expect(world.signals.filter(({ pid }) => pid !== 10)).toEqual([]);
  });

  test.each<[string, Partial<Played>]>([
    ["may not be touched", {}],
    ["it may not take hold of", { denies: ["hold"] }],
  ])("uses no force where somebody whom %s came into the tree when it was asked", async (_, somebody) => {
    const world = new World();
    world.spawn(10, {
      onTerm(world) {
        world.tick += 1;
        world.spawn(20, { ppid: 10, onTerm: "ignores" });
        world.spawn(21, { ppid: 20, ...somebody });
      },
    });
    world.spawn(11, { ppid: 10, argv: ["sh"] });
    world.spawn(30, { onTerm: "ignores" });
    const mayTouch: ExecuteOptions["mayTouch"] = ({ pid }) => pid !== 21 || somebody.denies !== undefined;
    const { results } = await reap(world, [[10, 11], [30]], { mayTouch });
    const because = "hands off: pid 21 came into its tree since, and with it the tree is none to end";
    expect(results).toMatchObject([
      { pid: 10, outcome: "denied", because },
      { pid: 11, outcome: "ended" },
      { pid: 30, outcome: "killed" },
      { pid: 20, outcome: "denied", because },
    ]);
    const sent = (wanted: number) => world.signals.filter(({ pid }) => pid === wanted).map(({ signal }) => signal);
    expect([10, 20, 21, 30].map(sent)).toEqual([
      ["TERM", "CONT", "STOP", "CONT"],
      ["STOP", "CONT"],
      [],
      ["TERM", "CONT", "STOP", "KILL"],
    ]);
    expect(world.openDescriptors).toBe(0);
  });

  test("uses force although one went again who may not be touched", async () => {
    const world = new World();
    forker(world);
    const mayTouch: ExecuteOptions["mayTouch"] = ({ pid }) => (world.exit(pid), false);
    const { outcomes } = await reap(world, [[10]], { mayTouch });
    expect(outcomes).toEqual([[10, "killed"]]);
    expect(world.openDescriptors).toBe(0);
  });

  test("leaves those alone whose start is not known", async () => {
    const world = new World();
    world.spawn(10, { onTerm: (world) => void world.spawn(20, { ppid: 10, argv: ["sh"], start: undefined }) });
    const { outcomes } = await reap(world, [[10]], { mayTouch: () => true });
    expect(outcomes).toEqual([[10, "killed"]]);
    expect(world.signals.filter(({ pid }) => pid === 20)).toEqual([]);
  });

  test("are not those of whoever got a survivor's number", async () => {
    for (const call of ["ended", "send", "list"]) {
      const world = new World();
      const survivor = world.spawn(10, { onTerm: "ignores" });
      world.meanwhile = (now) => {
        if (now !== call || survivor.gone || world.received(survivor).at(-1) !== "STOP") return;
        world.tick += 1;
        world.exit(10);
        world.spawn(10, { exe: "/bin/innocent" });
        world.spawn(20, { ppid: 10 });
      };
      const { outcomes } = await reap(world, [[10]], { mayTouch: () => true });
      expect([call, outcomes]).toEqual([call, [[10, "ended"]]]);
      expect(world.signals.filter(({ serial }) => serial !== survivor.serial)).toEqual([]);
    }
  });

  test("looks again while a survivor's threads are not seen stopped", async () => {
    const world = new World();
    const survivor = world.spawn(10, { onTerm: "ignores", threads: 4 });
    let looks = 0;
    // Its other threads run on through the first look, and one of them forks after it.
    world.meanwhile = (call) => {
      if (call !== "list" || world.received(survivor).at(-1) !== "STOP") return;
      looks++;
      if (looks === 2) world.spawn(20, { ppid: 10 });
      survivor.state = looks === 1 ? "R" : "T";
    };
    const { outcomes } = await reap(world, [[10]], { mayTouch: () => true });
    expect(outcomes).toEqual([[10, "killed"], [20, "killed"]]);
  });

  test("says that something came back in a target's place", async () => {
    const world = new World();
    world.spawn(10, {
      ppid: 5,
      onTerm(world) {
        world.exit(10);
        world.tick += 1;
        world.spawn(11, { ppid: 5 });
      },
    });
    world.spawn(12, { ppid: 5, onTerm: "ends", argv: ["claude", "--other"] });
    const { results } = await reap(world, [[10], [12]]);
    expect(results).toMatchObject([
      { pid: 10, outcome: "respawned", because: expect.stringContaining("11") },
      { pid: 12, outcome: "ended" },
    ]);
    expect(world.signals.some(({ pid }) => pid === 11)).toBe(false);
  });
});

describe("execute() where nothing can be asked", () => {
  test("ends by force at once, without a grace period", async () => {
    const world = new World();
    const played = world.spawn(10);
    const machine = world.machine();
    const windows = {
      ...machine,
      hold: (process: Parameters<typeof machine.hold>[0]) => {
        const held = machine.hold(process);
        return "refused" in held ? held : { ...held, signals: ["KILL"] as const };
      },
    };
    world.tick += 10;
    const clock = new ManualClock();
    const results = await execute([orphan(windows.list("all"))], windows, {
      action: terminate,
      policy: { graceMs: GRACE_MS },
      clock,
    });
    expect(results).toMatchObject([{ pid: 10, outcome: "killed" }]);
    expect(world.received(played)).toEqual(["KILL"]);
    expect(clock.now()).toBe(0);
  });
});
