import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Process } from "../../src/contract.ts";
import type { Finding, Result } from "../../src/report.ts";
import {
  asked,
  carriedOver,
  CONFIRM_MS,
  dueInMs,
  grownBy,
  programOf,
  sighted,
  sightingsAt,
  stepOf,
} from "../../src/sightings.ts";
import type { Moment, Seen } from "../../src/sightings.ts";
import { orphan } from "../support/fake-machine.ts";

const TAKEN_AT = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const policy = { graceMs: 5_000, confirmMs: CONFIRM_MS };
/** Whose pids are all somebody's but for 404. */
const TABLE = { isAbsent: (pid: number) => pid === 404 };
const now: Moment = { bootId: "b", awakeMs: 100_000, asleepMs: 0 };

function process(pid: number, more: Partial<Process> = {}): Process {
  return { pid, ppid: 1, startToken: String(pid * 10), startedAt: TAKEN_AT - HOUR_MS, exe: "/opt/claude", ...more };
}

function tree(...members: readonly Process[]): Finding {
  return orphan(members as [Process]);
}

function remembered(one: Process, more: Partial<Seen> = {}): Seen {
  const { pid, startToken } = one;
  return { pid, startToken: startToken as string, program: programOf(one), firstMs: 50_000, lastMs: 50_000, ...more };
}

const outcome = (pid: number, outcome: Result["outcome"]): Result => ({ pid, outcome });

describe("carriedOver()", () => {
  const seen = [remembered(process(10))];
  const before = { bootId: "b", asleepMs: 0, seen };

  test("keeps what was seen in this boot and waking", () => {
    expect(carriedOver(before, now)).toEqual(seen);
    expect(carriedOver({ ...before, asleepMs: 60_000 }, { ...now, asleepMs: 60_000 })).toEqual(seen);
  });

  test.each<[string, Parameters<typeof carriedOver>]>([
    ["nothing", [undefined, now]],
    ["another boot", [before, { ...now, bootId: "c" }]],
    ["a look from another container", [{ ...before, pidNamespace: "pid:[1]" }, { ...now, pidNamespace: "pid:[2]" }]],
    ["a suspend", [before, { ...now, asleepMs: 60_000 }]],
    ["a clock that went back", [before, { ...now, awakeMs: 49_999 }]],
    ["a first look after the last one", [{ ...before, seen: [{ ...seen[0]!, firstMs: 60_000 }] }, now]],
    ["asked before it was seen", [{ ...before, seen: [{ ...seen[0]!, askedMs: 1 }] }, now]],
  ])("forgets after %s", (_, given) => expect(carriedOver(...given)).toEqual([]));
});

describe("of a tree that forks without end", () => {
  const askedWith = (root: number) => ({ root, matcher: "claude", family: "claude" });
  const at = { firstMs: 60_000, askedMs: 91_000, lastMs: 91_000 };
  const storm = Array.from({ length: 1_200 }, (_, index) => process(2_000 + index));
  const stormy = [
    remembered(process(1_999), at),
    ...storm.map((one) => remembered(one, { ...at, askedWith: askedWith(1_999) })),
  ];
  const tool = remembered(process(11), { ...at, askedWith: askedWith(10) });

  test("some are not remembered, and nobody else is forgotten for them", () => {
    const seen = sighted([...stormy, tool], [tree(process(1_999), ...storm)], TABLE, TAKEN_AT, 92_000);
    expect(seen).toHaveLength(1_000);
    expect(seen).toContainEqual(tool);
    expect(seen.map(({ pid }) => pid)).toContain(1_999);
  });

  test("whoever is asked meanwhile is remembered with its tree", () => {
    const other = tree(process(10), process(11, { exe: "/usr/bin/tool" }));
    const seen = asked(stormy, [other], [outcome(10, "asked"), outcome(11, "asked")], 92_000);
    expect(seen).toHaveLength(1_000);
    expect(seen.filter(({ pid }) => pid === 10 || pid === 11).map(({ askedMs }) => askedMs)).toEqual([92_000, 92_000]);
  });
});

describe("sighted()", () => {
  test("remembers roots, and since when", () => {
    const seen = sighted([remembered(process(10))], [tree(process(10)), tree(process(20))], TABLE, TAKEN_AT, 100_000);
    expect(seen.map(({ pid, firstMs, lastMs }) => [pid, firstMs, lastMs])).toEqual([
      [10, 50_000, 100_000],
      [20, 100_000, 100_000],
    ]);
  });

  test.each<[string, Partial<Process>]>([
    ["another start", { startToken: "777" }],
    ["another program", { exe: "/opt/other" }],
    ["a name in place of an executable that cannot be read any more", { exe: undefined as never, name: "claude" }],
  ])("counts anew with %s", (_, now) => {
    const [seen] = sighted(
      [remembered(process(10), { askedMs: 50_000 })],
      [tree(process(10, now))],
      TABLE,
      TAKEN_AT,
      100_000,
    );
    expect(seen).toMatchObject({ firstMs: 100_000 });
    expect(seen?.askedMs).toBeUndefined();
  });

  test("forgets whoever is no orphan any more", () => {
    expect(sighted([remembered(process(10))], [], TABLE, TAKEN_AT, 100_000)).toEqual([]);
  });

  test("does not remember whom nothing names: without a start, or in its first moment", () => {
    const { startToken: _, ...nameless } = process(10);
    const newborn = process(20, { startedAt: TAKEN_AT - 5 });
    expect(sighted([], [tree(nameless), tree(newborn)], TABLE, TAKEN_AT, 100_000)).toEqual([]);
  });

  test("of those that were asked it remembers each member, of others the root alone", () => {
    const child = process(11, { ppid: 10 });
    const before = [remembered(child, { askedMs: 50_000 })];
    expect(sighted(before, [tree(process(10), child)], TABLE, TAKEN_AT, 100_000).map(({ pid }) => pid)).toEqual([
      10,
      11,
    ]);
    expect(sighted([remembered(child)], [tree(process(10), child)], TABLE, TAKEN_AT, 100_000).map(({ pid }) => pid))
      .toEqual([
        10,
      ]);
  });
});

describe("stepOf()", () => {
  const root = process(10);
  test.each<[string, Partial<Seen> | undefined, string]>([
    ["never seen", undefined, "wait"],
    ["seen just under ten seconds ago", { firstMs: 90_001 }, "wait"],
    ["seen ten seconds ago", { firstMs: 90_000 }, "ask"],
    ["asked just under a grace ago", { firstMs: 80_000, askedMs: 95_001 }, "wait"],
    ["asked a grace ago", { firstMs: 80_000, askedMs: 95_000 }, "force"],
  ])("%s", (_, seen, step) => {
    expect(stepOf(root, seen === undefined ? [] : [remembered(root, seen)], 100_000, policy)).toBe(step as never);
  });

  test("without a second look it asks at once, and still waits the grace", () => {
    expect(stepOf(root, [], 100_000, { graceMs: 5_000 })).toBe("ask");
    expect(stepOf(root, [remembered(root, { askedMs: 99_000 })], 100_000, { graceMs: 5_000 })).toBe("wait");
  });

  test("whoever runs another program than a moment ago is left alone, also without a second look", () => {
    const other = { ...root, exe: "/opt/other" };
    expect(stepOf(other, [remembered(root, { firstMs: 0, askedMs: 0 })], 100_000, policy)).toBe("wait");
    expect(stepOf(other, [remembered(root)], 100_000, { graceMs: 5_000 })).toBe("wait");
  });

  test("what another of the same number went through is nothing", () => {
    expect(stepOf(process(10, { startToken: "777" }), [remembered(root, { firstMs: 0 })], 100_000, policy)).toBe(
      "wait",
    );
  });
});

describe("asked()", () => {
  const trees = [tree(process(10), process(11, { ppid: 10 }))];

  test("remembers who was asked, each of its tree", () => {
    const seen = asked([remembered(process(10))], trees, [outcome(10, "asked"), outcome(11, "asked")], 100_000);
    expect(seen).toMatchObject([{ pid: 10, firstMs: 50_000, askedMs: 100_000 }, {
      pid: 11,
      firstMs: 50_000,
      askedMs: 100_000,
    }]);
    expect(seen.map(({ askedWith }) => askedWith)).toEqual([
      undefined,
      { root: 10, matcher: trees[0]!.matcher, family: trees[0]!.claim.family },
    ]);
  });

  test("remembers who joined a tree after the look with it", () => {
    const [joined, stranger] = [process(12, { ppid: 11 }), process(13, { ppid: 99 })];
    const grown = grownBy([[joined, trees[0]!.members[1]!], [stranger, process(99)]], trees);
    expect(grown[0]?.members.map(({ pid }) => pid)).toEqual([10, 11, 12]);
    const seen = asked([remembered(process(10))], grown, [outcome(10, "ended"), outcome(12, "asked")], 100_000);
    expect(seen).toMatchObject([{ pid: 12, firstMs: 50_000, askedMs: 100_000, askedWith: { root: 10 } }]);
    expect(grownBy([], trees)).toBe(trees);
  });

  test("one that a look shows between two parents is remembered for a while, and looked at again soon", () => {
    const askedWith = { root: 10, matcher: "claude", family: "claude" };
    const member = remembered(process(11), { firstMs: 60_000, askedMs: 91_000, lastMs: 91_000, askedWith });
    expect(sighted([member], [], TABLE, TAKEN_AT, 101_000)).toEqual([member]);
    expect(dueInMs([member], 101_000, policy)).toBe(1_000);
    expect(sighted([member], [], TABLE, TAKEN_AT, 101_001)).toEqual([]);
    expect(sighted([{ ...member, pid: 404 }], [], TABLE, TAKEN_AT, 92_000)).toEqual([]);
    const changed = { ...process(11), exe: "/opt/other" };
    expect(sighted([member], [tree(changed)], TABLE, TAKEN_AT, 92_000)).toEqual([
      { ...remembered(changed), firstMs: 92_000, lastMs: 92_000 },
    ]);
  });

  test("who stays when the root goes is still of its tree, until it runs another program", () => {
    const left = process(11);
    const askedWith = { root: 10, matcher: "claude", family: "claude" };
    const before = [remembered(left, { askedMs: 50_000, askedWith })];
    expect(sighted(before, [tree(left)], TABLE, TAKEN_AT, 100_000)).toMatchObject([{
      pid: 11,
      askedMs: 50_000,
      askedWith,
    }]);
    const [anew] = sighted(before, [tree({ ...left, exe: "/opt/other" })], TABLE, TAKEN_AT, 100_000);
    expect(anew).toEqual({ ...remembered({ ...left, exe: "/opt/other" }), firstMs: 100_000, lastMs: 100_000 });
    expect(asked(before, [tree(left)], [outcome(11, "survived")], 100_000)).toMatchObject([{ pid: 11, askedWith }]);
  });

  test("what was remembered of another of the same number is not remembered of it", () => {
    const askedWith = { root: 9, matcher: "claude", family: "claude" };
    const other = remembered(process(10, { startToken: "777" }), { firstMs: 1, askedMs: 2, askedWith });
    expect(asked([other], trees, [outcome(10, "asked")], 100_000)).toEqual([
      { ...remembered(process(10)), firstMs: 100_000, askedMs: 100_000, lastMs: 100_000 },
    ]);
  });

  test("forgets who has ended, and whoever could not be held: it is seen anew", () => {
    const others = [remembered(process(30))];
    for (const end of ["ended", "killed", "gone", "replaced", "denied"] as const) {
      expect(asked([remembered(process(10)), ...others], trees, [outcome(10, end)], 100_000)).toEqual(others);
    }
  });

  test("whom there was no time for stays as it was", () => {
    const before = [remembered(process(10))];
    expect(asked(before, trees, [], 100_000)).toEqual(before);
  });
});

test("sightingsAt() tells the same on the clock of the snapshot", () => {
  expect(sightingsAt([remembered(process(10))], TAKEN_AT, 100_000)).toEqual([
    { pid: 10, startToken: "100", firstSeenAt: TAKEN_AT - 50_000 },
  ]);
  const askedWith = { root: 9, matcher: "claude", family: "claude" };
  expect(sightingsAt([remembered(process(10), { askedWith })], TAKEN_AT, 100_000)).toMatchObject([{ askedWith }]);
});

test("dueInMs() is the time until the first of them is due", () => {
  expect(dueInMs([], 100_000, policy)).toBeUndefined();
  const seen = [remembered(process(10), { firstMs: 95_000 }), remembered(process(11), { askedMs: 99_000 })];
  expect(dueInMs(seen, 100_000, policy)).toBe(4_000);
  expect(dueInMs(seen.map((one) => ({ ...one, lastMs: 900_000 })), 900_000, policy)).toBe(0);
});

test("nobody is asked before two looks ten seconds apart, nor ended before a grace after that, whatever happened", () => {
  const pause = fc.integer({ min: 0, max: 15_000 });
  const change = fc.constantFrom("nothing", "nothing", "nothing", "exec", "reuse", "suspend", "reboot", "absent");
  fc.assert(
    fc.property(fc.array(fc.tuple(pause, change), { minLength: 1, maxLength: 30 }), (looks) => {
      let awakeMs = 1_000;
      let asleepMs = 0;
      let boot = 0;
      let self = process(10);
      let before: Parameters<typeof carriedOver>[0];
      /** Since when this very process has been an orphan at each look, and when it was asked. */
      let since: number | undefined;
      let askedAt: number | undefined;
      for (const [pauseMs, what] of looks) {
        awakeMs += pauseMs;
        if (what === "exec") self = { ...self, exe: `${self.exe}x` };
        if (what === "reuse") self = { ...self, startToken: `${self.startToken}1` };
        if (what === "suspend") asleepMs += 10_000;
        if (what === "reboot") boot++;
        if (what !== "nothing") since = askedAt = undefined;
        const orphans = what === "absent" ? [] : [tree(self)];
        let seen: readonly Seen[] = sighted(
          carriedOver(before, { bootId: String(boot), asleepMs, awakeMs }),
          orphans,
          TABLE,
          TAKEN_AT,
          awakeMs,
        );
        if (orphans.length > 0) {
          since ??= awakeMs;
          const step = stepOf(self, seen, awakeMs, policy);
          if (step === "ask") expect(awakeMs - since).toBeGreaterThanOrEqual(CONFIRM_MS);
          if (step === "force") expect(awakeMs - (askedAt as number)).toBeGreaterThanOrEqual(policy.graceMs);
          if (step !== "wait") {
            seen = asked(seen, orphans, [outcome(10, step === "ask" ? "asked" : "survived")], awakeMs);
            askedAt = awakeMs;
          }
        }
        before = { bootId: String(boot), asleepMs, seen };
      }
    }),
  );
});
