import { expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import type { Policy, Snapshot } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { changed, NOW, ORPHAN, world } from "../support/world.ts";

const plugins = builtin();
const THEIRS = { uid: 1001, ppid: 1, env: { HOME: "/home/mia" } };
const CHILDS = { uid: 1001, env: { HOME: "/home/mia" } };

function verdict(snapshot: Snapshot, policy: Partial<Policy>): string | undefined {
  const { findings } = classify(snapshot, plugins, { ...defaultPolicy, ...policy });
  return findings.find(({ root }) => root.pid === ORPHAN)?.verdict;
}

test("another user's lost server ends only when all users were asked for", () => {
  const snapshot = world(changed(THEIRS, CHILDS));
  expect(verdict(snapshot, {})).toBe("spared");
  expect(verdict(snapshot, { allUsers: true })).toBe("orphan");
});

test("their own registry of what is kept running is asked, not ours", () => {
  const roster = JSON.stringify({ workers: { a: { pid: ORPHAN, procStart: String(100_000 + ORPHAN) } } });
  const file = (home: string) => ({ files: { [`${home}/.claude/daemon/roster.json`]: roster } });
  expect(verdict(world(changed(THEIRS, CHILDS), file("/home/mia")), { allUsers: true })).toBe("spared");
  expect(verdict(world(changed(THEIRS, CHILDS), file("/home/noa")), { allUsers: true })).toBe("orphan");
});

test("two weak signs are enough for one's own, and for nobody's once all users were asked for", () => {
  const weak = {
    sid: 4100,
    cwdDeleted: true,
    stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "null" as const })),
  };
  const mine = world(changed(weak));
  expect(verdict(mine, {})).toBe("orphan");
  expect(verdict(mine, { allUsers: true, confidence: "adopted" })).toBe("unsure");
});

test("age ends nobody's once all users were asked for", () => {
  const old = world(
    changed({
      argv: ["claude", "-p", "x"],
      startedAt: NOW - 9 * 3_600_000,
      stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "null" as const })),
    }),
  );
  expect(verdict(old, { maxAgeMs: 3_600_000 })).toBe("stale");
  expect(verdict(old, { maxAgeMs: 3_600_000, allUsers: true })).not.toBe("stale");
});
