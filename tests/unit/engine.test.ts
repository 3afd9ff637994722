import { expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Leftover, Machine, Process, Snapshot } from "../../src/contract.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { MemoryRegistry } from "../../src/registry/memory.ts";
import { Registry } from "../../src/registry/registry.ts";
import { ManualClock } from "../support/clock.ts";
import { reapAll } from "../support/reap-all.ts";
import { entry, onRecord } from "../support/registered.ts";
import { toldMachine } from "../support/told-machine.ts";
import { changed, CHILD, ordinary, ORPHAN, START, world } from "../support/world.ts";

/** A machine that looks otherwise each time, the last way from then on. `held`: whom somebody wanted to signal. */
function changing(looks: readonly Snapshot[]): { machine: Machine; held: number[] } {
  const held: number[] = [];
  const left = looks.map(toldMachine);
  let now = left[0] as Machine;
  const machine: Machine = {
    ...now,
    list(scope) {
      now = left.shift() ?? now;
      return now.list(scope);
    },
    read: (drafts, details, variables) => now.read(drafts, details, variables),
    complete: () => now.complete?.() === true,
    hold(process) {
      held.push(process.pid);
      return now.hold(process);
    },
  };
  return { machine, held };
}

test("what is ended is what two looks would end: an end of a pipe that is handed on may be missed by one", async () => {
  const nobody = world();
  const ends = ([0, 1] as const).map((fd) => ({ fd, kind: "socket" as const, peer: "live" as const, holders: [800] }));
  const somebody = world(changed({ stdio: [...ends, { fd: 2, kind: "null" }] }));

  const always = changing([nobody]);
  await reapAll(always.machine);
  expect(always.held).toEqual([ORPHAN, CHILD]);

  const once = changing([nobody, somebody]);
  const { results } = await reapAll(once.machine);
  expect([once.held, results]).toEqual([[], []]);
});

test("who loses everybody after the first look is left to the next run", async () => {
  const living = world(changed({ ppid: 800 }));
  const { machine, held } = changing([living, world()]);
  await reapAll(machine);
  expect(held).toEqual([]);
});

test("what is told of as planned is what was carried out: an orphan that only the second look saw stands in no plan", async () => {
  const one = world();
  const other = { ...one.processes.find(({ pid }) => pid === ORPHAN)!, pid: 5100, startToken: "5100" };
  const { machine, held } = changing([one, { ...one, processes: [...one.processes, other] }]);
  const { plan, findings, results } = await reapAll(machine);
  expect(held).toEqual([ORPHAN, CHILD]);
  expect(plan.terminate).toEqual([ORPHAN, CHILD]);
  expect(results.map(({ pid }) => pid)).toEqual([ORPHAN, CHILD]);
  expect(findings.some(({ root, verdict }) => root.pid === 5100 && verdict === "orphan")).toBe(true);
  const both = changing([{ ...one, processes: [...one.processes, other] }]);
  await reapAll(both.machine);
  expect(both.held).toEqual([ORPHAN, CHILD, 5100]);
});

test("a dry run plans nothing either where the limit keeps a real one from touching anything", async () => {
  const two = world();
  const other = { ...two.processes.find(({ pid }) => pid === ORPHAN)!, pid: 5100, startToken: "5100" };
  const crowd = { ...two, processes: [...two.processes, other] };
  const outcomes = async (limit: number, dryRun: boolean) => {
    const { results } = await reapAll(toldMachine(crowd), { policy: { ...defaultPolicy, limit }, dryRun });
    return results.map(({ pid, outcome }) => `${pid} ${outcome}`);
  };
  expect(await outcomes(1, false)).toEqual([]);
  expect(await outcomes(1, true)).toEqual([]);
  expect(await outcomes(2, true)).toEqual([`${ORPHAN} planned`, `${CHILD} planned`, "5100 planned"]);
});

test("what may act tells how long it took, and a person takes their own time to answer", async () => {
  const clock = new ManualClock();
  let looks = 0;
  const slow = (): Machine => {
    const told = toldMachine(world());
    return {
      ...told,
      list(scope) {
        looks++;
        void clock.sleep(250);
        return told.list(scope);
      },
    };
  };
  const confirm = async (): Promise<boolean> => {
    await clock.sleep(3_600_000);
    return true;
  };
  const asked = await reapAll(slow(), { clock, confirm });
  expect(looks).toBeGreaterThan(1);
  expect(asked.elapsedMs).toBe(looks * 250);

  looks = 0;
  const rehearsed = await reapAll(slow(), { clock, dryRun: true });
  expect([looks, rehearsed.elapsedMs]).toEqual([1, 250]);
});

test("what lies on disk goes only with consent, though what is only on record needs none", async () => {
  const leftover: Leftover = {
    ...{ path: "/nowhere/sqlite-graphrag-spawn-7777", kind: "directory", uid: 1000, gid: 1000, mode: 0o700 },
    ...{ base: { uid: 1000, gid: 1000, mode: 0o700 }, modifiedAt: START, changedAt: START },
  };
  const plans: unknown[] = [];
  const answered = async (yes: boolean, leftovers: readonly Leftover[]) => {
    const store = new MemoryRegistry();
    store.register(entry());
    const machine: Machine = {
      ...toldMachine(onRecord([], [])),
      variables: { TMPDIR: "/nowhere" },
      leftovers: () => leftovers,
    };
    const confirm = () => {
      plans.push(leftovers.length);
      return Promise.resolve(yes);
    };
    const { plan, results } = await reapAll(machine, { confirm, registry: new Registry(store) });
    expect(plan.remove).toHaveLength(leftovers.length);
    return { results: results.map(({ outcome }) => outcome), left: store.entries().length };
  };
  expect(await answered(false, [leftover])).toEqual({ results: [], left: 1 });
  expect(await answered(true, [leftover])).toEqual({ results: ["gone", "unregistered"], left: 0 });
  expect(plans).toEqual([1, 1]);
  expect(await answered(false, [])).toEqual({ results: ["unregistered"], left: 0 });
  expect(plans).toEqual([1, 1]);
});

test("a directory that somebody works in by the time that it is to go stays", async () => {
  const uid = process.getuid?.() as number;
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "engine-")));
  const path = join(temporary, "sqlite-graphrag-spawn-7777");
  const leftover: Leftover = {
    ...{ path, kind: "directory", uid, gid: 0, mode: 0o700, changedAt: START },
    base: { uid, gid: 0, mode: 0o700 },
  };
  const there = (...processes: readonly Process[]): Snapshot => {
    const snapshot = world(processes);
    return {
      ...snapshot,
      viewer: { ...snapshot.viewer, uid },
      processes: snapshot.processes.map((one) => ({ ...one, uid })),
    };
  };
  const taken = async (...looks: readonly Snapshot[]) => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const machine = { ...changing(looks).machine, variables: { TMPDIR: temporary }, leftovers: () => [leftover] };
    const { results } = await reapAll(machine, { confirm: () => Promise.resolve(true) });
    return [...results.map(({ outcome, because }) => [outcome, because]), existsSync(path)];
  };
  try {
    const user = ordinary(4400, { name: "vi", argv: ["vi"], exe: "/usr/bin/vi", cwd: join(path, "work") });
    expect(await taken(there(), there(), there(user))).toEqual([["replaced", "process 4400 works in it"], true]);
    const unseen: Snapshot = { ...there(), partial: true };
    expect(await taken(there(), there(), unseen)).toEqual([
      ["replaced", "whether process 7777 is alive cannot be told here"],
      true,
    ]);
    expect(await taken(there(), there(user), there())).toEqual([true]);
    expect(await taken(there(), there(), there())).toEqual([["removed", undefined], false]);
  } finally {
    rmSync(temporary, { recursive: true });
  }
});

test("no file is asked for by a path that begins in our own directory", async () => {
  const asked: string[] = [];
  const env = { CLAUDE_CONFIG_DIR: ".claude", CODEX_HOME: "", HOME: "~", CLAUDE_PID: "77" };
  const machine: Machine = {
    ...toldMachine(world(changed({ argv: ["claude", "--resume", "6f1c2a"], env }))),
    file: (path) => void asked.push(path),
  };
  await reapAll(machine, { dryRun: true });
  expect(asked).toContain("/home/lea/.claude/sessions/77.json");
  expect(asked.filter((path) => !path.startsWith("/home/lea/"))).toEqual([]);
});

test("a file that may be there and cannot be read says nothing of what is in it", async () => {
  const hidden = (path: string) => ({ ...toldMachine(world()), conceals: (asked: string) => asked === path });
  expect((await reapAll(hidden("/home/lea/.claude/daemon/roster.json"), { dryRun: true })).plan.terminate).toEqual([]);
  expect((await reapAll(hidden("/home/lea/elsewhere"), { dryRun: true })).plan.terminate).toEqual([ORPHAN, CHILD]);
});
