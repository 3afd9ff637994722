import { describe, expect, test } from "bun:test";
import terminate from "../../plugins/actions/terminate.ts";
import { execute, planned, targetsOf } from "../../src/execute.ts";
import { ManualClock } from "../support/clock.ts";
import { reap } from "../support/executed.ts";
import { lookAt, orphan, type Played, World } from "../support/fake-machine.ts";

describe("execute()", () => {
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
    const seen = lookAt(machine);
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
    const [a, b, c, d] = lookAt(machine).map((draft) => [draft]);
    const findings = [orphan(a ?? []), orphan(b ?? [], "unsure"), orphan([...c ?? [], ...d ?? []], "stale")];
    expect(targetsOf(findings).map(({ pid }) => pid)).toEqual([10, 12]);
    const who = findings.map(({ root: { pid, startToken } }) => ({ pid, startToken }));
    expect(who[0]?.startToken).toBeDefined();
    expect(planned(findings)).toMatchObject([{ ...who[0], outcome: "planned" }, { ...who[2], outcome: "planned" }]);
    const results = await execute(findings, machine, {
      action: terminate,
      policy: { graceMs: 1 },
      clock: new ManualClock(),
    });
    expect(results).toMatchObject([{ ...who[0], outcome: "ended" }, { ...who[2], outcome: "ended" }]);
    expect([...new Set(world.signals.map(({ pid }) => pid))]).toEqual([10, 12]);
  });
});
