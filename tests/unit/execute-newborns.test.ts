import { describe, expect, test } from "bun:test";
import type { ExecuteOptions } from "../../src/execute.ts";
import { reap } from "../support/executed.ts";
import { type Played, World } from "../support/fake-machine.ts";

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

  test.each([20, 21, 22])("nor whoever came beside that one, in whatever order they are judged (%p)", async (kept) => {
    const world = new World();
    world.spawn(10);
    world.meanwhile = (call) => {
      if (call !== "open" || world.processes.has(20)) return;
      world.tick += 1;
      for (const pid of [20, 21, 22]) world.spawn(pid, { ppid: 10 });
      world.meanwhile = () => {};
    };
    const { outcomes } = await reap(world, [[10]], { mayTouch: ({ pid }) => pid !== kept });
    expect(outcomes.filter(([, outcome]) => outcome !== "denied")).toEqual([]);
    expect(world.signals).toEqual([]);
    expect(world.openDescriptors).toBe(0);
  });

  test("tells who had ended by then as one who had ended", async () => {
    const world = new World();
    parent(world);
    world.spawn(11, { ppid: 10 });
    const mayTouch: ExecuteOptions["mayTouch"] = () => (world.exit(11), false);
    const { outcomes } = await reap(world, [[10, 11]], { mayTouch });
    expect(outcomes).toEqual([[10, "denied"], [11, "gone"]]);
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

  test("nor of one who went before it could be taken hold of", async () => {
    const world = new World();
    world.spawn(10);
    world.meanwhile = (call) => {
      if (call === "list" && !world.processes.has(20)) world.spawn(20, { ppid: 10, start: ++world.tick });
      else if (call === "open") world.exit(20);
    };
    const { outcomes } = await reap(world, [[10]], { mayTouch: () => false });
    expect(outcomes).toEqual([[10, "ended"]]);
  });

  test("comes to an end with one that has ever more of them", async () => {
    const world = new World();
    const sizes: number[] = [];
    world.spawn(10, { onTerm: (world) => (sizes.push(world.processes.size), world.exit(10)) });
    world.meanwhile = (call) => {
      if (call === "list" && world.processes.has(10)) world.spawn(20 + world.processes.size, { ppid: 10 });
    };
    const { outcomes } = await reap(world, [[10]], { mayTouch: () => true });
    expect(sizes[0]).toBeLessThan(10);
    expect(outcomes.map(([, outcome]) => outcome)).toEqual(outcomes.map(() => "ended"));
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

  test("leaves those alone whose start is not known, and whose they are", async () => {
    const world = new World();
    world.spawn(10, { onTerm: (world) => void world.spawn(20, { ppid: 10, argv: ["sh"], start: undefined }) });
    const { outcomes } = await reap(world, [[10]], { mayTouch: () => true });
    expect(outcomes).toEqual([[10, "denied"]]);
    expect(world.signals.filter(({ pid }) => pid === 20)).toEqual([]);
    expect(world.signals.filter(({ signal }) => signal === "KILL")).toEqual([]);
    expect(world.processes.get(10)?.state).toBe("S");
  });

  test("are not who is held already, and could not be read again", async () => {
    const world = new World();
    world.spawn(10, { onTerm: "ignores" });
    const child = world.spawn(20, { ppid: 10, argv: ["sh"], onTerm: () => child.start = undefined });
    const { outcomes } = await reap(world, [[10, 20]], { mayTouch: () => true });
    expect(outcomes).toEqual([[10, "killed"], [20, "killed"]]);
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

  test("takes one look, and no more, where nobody is new and all are seen stopped", async () => {
    const world = new World();
    const survivor = world.spawn(10, { onTerm: "ignores" });
    let looks = 0;
    world.meanwhile = (call) => {
      if (call === "list" && world.received(survivor).at(-1) === "STOP") looks++;
    };
    await reap(world, [[10]], { mayTouch: () => true });
    expect(looks).toBe(1);
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

  test("says so of one that was ended by force, too", async () => {
    const world = new World();
    world.spawn(10, { ppid: 5, onTerm: "ignores" });
    let stopped = false;
    world.meanwhile = () => {
      stopped ||= world.signals.some(({ signal }) => signal === "KILL");
      if (!stopped || world.processes.has(11)) return;
      world.tick += 1;
      world.spawn(11, { ppid: 5 });
    };
    const { results } = await reap(world, [[10]]);
    expect(results).toMatchObject([{ outcome: "respawned", because: expect.stringContaining("pid 11") }]);
  });
});
