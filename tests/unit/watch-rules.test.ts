import { expect, test } from "bun:test";
import type { Config, Rules } from "../../src/config.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { RulesOfRounds } from "../../src/watch/rules.ts";

const plugins = builtin();

/** A file that says something else at each reading; "!" is wrong, and "?" names what there is not. */
function reading(...texts: readonly string[]): RulesOfRounds {
  const left = [...texts];
  const read = (): Config => {
    const protect = left.shift();
    if (protect === undefined || protect === "!") throw new Error("wrong");
    return { path: "/config.toml", found: true, policy: { protect: [protect] }, settings: {} };
  };
  const rulesOf = ({ policy, settings }: Config): Rules => {
    if (policy.protect?.[0] === "?") throw new Error("names what there is not");
    return { plugins, policy: { ...defaultPolicy, ...policy }, settings };
  };
  return new RulesOfRounds({ read, rulesOf });
}

/** What holds in each round, and whether it is new. */
function rounds(rules: RulesOfRounds, count: number): string[] {
  return Array.from({ length: count }, () => {
    try {
      const isNew = rules.reread();
      return `${isNew ? "now" : "still"} ${rules.now.policy.protect?.join()}`;
    } catch (error) {
      return `fails: ${(error as Error).message}`;
    }
  });
}

test("what is written down between two rounds holds in the second", () => {
  expect(rounds(reading("a", "a", "b", "b"), 3)).toEqual(["still a", "now b", "still b"]);
});

test("one that is wrong fails every round, and what held before is not lost", () => {
  expect(rounds(reading("a", "!", "!", "a", "b"), 4)).toEqual(["fails: wrong", "fails: wrong", "still a", "now b"]);
  const lost = "fails: names what there is not";
  expect(rounds(reading("a", "?", "?", "a", "b"), 4)).toEqual([lost, lost, "still a", "now b"]);
});

test("one that is wrong at the start is no start", () => {
  expect(() => reading("!")).toThrow("wrong");
  expect(() => reading("?")).toThrow("names what there is not");
});

test("as long as it says the same the rules are the same ones: what was found out for them is not lost", () => {
  const rules = reading("a", "a", "a");
  const before = rules.now;
  rounds(rules, 2);
  expect(rules.now).toBe(before);
});
