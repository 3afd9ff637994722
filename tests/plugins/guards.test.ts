import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Policy, Snapshot } from "../../src/contract.ts";
import { changed, CHILD, ORPHAN, SCOPE, world } from "../support/world.ts";
import * as known from "./guards/known.ts";
import * as listed from "./guards/listed.ts";
import * as runners from "./guards/runners.ts";
import * as sessions from "./guards/sessions.ts";
import * as shown from "./guards/shown.ts";
import * as supervised from "./guards/supervised.ts";
import * as used from "./guards/used.ts";
import * as whose from "./guards/whose.ts";
import * as windows from "./guards/windows.ts";

const SUBJECTS = [known, whose, supervised, runners, listed, sessions, used, shown, windows];
const objections = SUBJECTS.flatMap((subject) => subject.objections);
const passes = SUBJECTS.flatMap((subject) => subject.passes);

const plugins = builtin();

function judge(snapshot: Snapshot, policy: Partial<Policy> = {}, without?: string) {
  const guards = plugins.guards.filter((guard) => guard.name !== without);
  return classify(snapshot, { ...plugins, guards }, { ...defaultPolicy, ...policy });
}

describe("guards", () => {
  test("the lost server is ended when nothing stands against it", () => {
    expect(judge(world()).plan.terminate).toEqual([ORPHAN, CHILD]);
  });

  for (const { case: name, guard, snapshot, verdict, policy } of objections) {
    test(`${guard}: ${name}`, () => {
      const finding = judge(snapshot, policy).findings.find((finding) => finding.root.pid === ORPHAN);
      expect(finding?.verdict).toBe(verdict);
      expect(finding?.gates.some((gate) => gate.name === guard && gate.objection !== undefined)).toBe(true);
      expect(judge(snapshot, policy).plan.terminate).toEqual([]);
    });

    test(`${guard}: ${name}: without the guard it would be ended`, () => {
      expect(judge(snapshot, policy, guard).findings.find((finding) => finding.root.pid === ORPHAN)?.verdict).toBe(
        "orphan",
      );
    });
  }

  test("every guard stands against something here", () => {
    const tested = new Set(objections.map((objection) => objection.guard));
    expect(plugins.guards.map((guard) => guard.name).filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe("guards do not object", () => {
  for (const { case: name, snapshot, policy } of passes) {
    test(name, () => expect(judge(snapshot, policy).plan.terminate).toContain(ORPHAN));
  }

  test("scopes of terminals are nobody's service", () => {
    expect(judge(world(changed({ cgroup: SCOPE }))).plan.terminate).toEqual([ORPHAN, CHILD]);
  });
});
