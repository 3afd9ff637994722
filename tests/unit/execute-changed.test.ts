/**
 * Those who become another between the look and the signals: while it is written down what is to be done, and while they
 * are waited for.
 */
import { describe, expect, test } from "bun:test";
import type { Signal } from "../../src/contract.ts";
import { type Executed, reap } from "../support/executed.ts";
import { type Played, World } from "../support/fake-machine.ts";

const CHANGES: readonly (readonly [string, (played: Played) => void])[] = [
  ["runs another program", (played) => played.exe = "/usr/bin/work"],
  ["is somebody else's", (played) => played.uid = 0],
  ["came to a terminal", (played) => played.tty = "pts/3"],
];
const BEFORE: typeof CHANGES = [
  ...CHANGES,
  ["is looked into with a debugger", (played) => played.state = "t"],
  ["has another command line", (played) => played.argv = ["node", "work.js"]],
  ["has another parent", (played) => played.ppid = 77],
  ["has a session of its own", (played) => played.sid = 78],
];
const ENDING: typeof CHANGES = [
  ["says in its title that it is ending", (played) => played.argv = ["claude: ending"]],
  ["lost its parent", (played) => played.ppid = 77],
  ["lost its terminal", (played) => played.tty = null],
];

describe("execute() of one who changes while it is written down", () => {
  for (const [how, change] of BEFORE) {
    test(`sends nothing to one that ${how}, nor to those below it`, async () => {
      const world = new World();
      const [changed, below, other] = [world.spawn(10), world.spawn(20, { ppid: 10 }), world.spawn(30)];
      const { outcomes } = await meanwhile(world, [[10, 20], [30]], () => change(changed));
      expect(outcomes).toEqual([[10, "replaced"], [20, "replaced"], [30, "ended"]]);
      expect([world.received(changed), world.received(below), world.received(other)]).toEqual([[], [], ["TERM"]]);
      expect(world.openDescriptors).toBe(0);
    });
  }

  test("judges one below a parent that stays anew, with its tree", async () => {
    for (const isToEnd of [true, false]) {
      const world = new World();
      const tree = [world.spawn(10), world.spawn(20, { ppid: 10 }), world.spawn(30, { ppid: 20 })];
      const change = () => (tree[1] as Played).exe = "/usr/bin/work";
      const { outcomes } = await meanwhile(world, [[10, 20, 30]], change, { mayTouch: () => isToEnd });
      const ended: Executed["outcomes"] = [[10, "ended"], [20, "ended"], [30, "ended"]];
      expect(outcomes).toEqual(isToEnd ? ended : [[10, "denied"], [20, "replaced"], [30, "replaced"]]);
      const signals: Signal[] = isToEnd ? ["TERM"] : [];
      expect(tree.map((one) => world.received(one))).toEqual([signals, signals, signals]);
    }
  });

  test("asks the children of one that ended by itself", async () => {
    const world = new World();
    const child = (world.spawn(10), world.spawn(20, { ppid: 10 }));
    const { outcomes } = await meanwhile(world, [[10, 20]], () => world.exit(10));
    expect(outcomes).toEqual([[10, "gone"], [20, "ended"]]);
    expect(world.received(child)).toEqual(["TERM"]);
  });

  test("forces nobody who changed, either", async () => {
    const world = new World();
    const changed = world.spawn(10);
    const { outcomes } = await meanwhile(world, [[10]], () => changed.exe = "/usr/bin/work", { step: "force" });
    expect([outcomes, world.signals]).toEqual([[[10, "replaced"]], []]);
  });
});

describe("execute() of one who changes after it was asked", () => {
  for (const [how, change] of CHANGES) {
    test(`does not force one that ${how}`, async () => {
      const world = new World();
      const changed = world.spawn(10, { onTerm: () => change(changed) });
      const { outcomes } = await reap(world, [[10]]);
      expect([outcomes, world.received(changed)]).toEqual([[[10, "replaced"]], ["TERM", "CONT"]]);
    });
  }

  for (const [how, change] of ENDING) {
    test(`forces one that ${how}`, async () => {
      const world = new World();
      const stubborn = world.spawn(10, { tty: "pts/1", onTerm: () => change(stubborn) });
      const { outcomes } = await reap(world, [[10]]);
      expect([outcomes, world.received(stubborn)]).toEqual([[[10, "killed"]], ["TERM", "CONT", "STOP", "KILL"]]);
    });
  }
});

/** Something happens once while the first intent is written. */
function meanwhile(
  world: World,
  pids: readonly (readonly number[])[],
  happens: () => void,
  options: Parameters<typeof reap>[2] = {},
): Promise<Executed> {
  let isOver = false;
  const intend = () => {
    if (!isOver) happens();
    isOver = true;
  };
  return reap(world, pids, { ...options, journal: { intend, settle: () => {} } });
}
