import { expect, test } from "bun:test";
import type { Config, Rules } from "../../src/config.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { RulesOfRounds } from "../../src/watch/rules.ts";

const plugins = builtin();

/** A file that says something else at each reading; "!" is wrong. */
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

/** What each round reads, and what holds in it: nothing where it is not certain. */
function rounds(rules: RulesOfRounds, count: number): string[] {
  return Array.from({ length: count }, () => {
    try {
      const read = rules.reread();
      return read === "uncertain" ? read : `${read} ${rules.now.policy.protect?.join()}`;
    } catch (error) {
      return `fails: ${(error as Error).message}`;
    }
  });
}

test("a rule that is added holds as soon as it has been read twice, and nothing is done in between", () => {
  expect(rounds(reading("a", "a", "b", "b", "b"), 4)).toEqual(["same a", "uncertain", "changed b", "same b"]);
});

test("a file that is empty while it is being written takes no rule away", () => {
  expect(rounds(reading("a", "", "a", "a", "a"), 4)).toEqual(["uncertain", "uncertain", "same a", "same a"]);
  expect(rounds(reading("a", "", "ab", "abc", "abc"), 4)).toEqual([
    "uncertain",
    "uncertain",
    "uncertain",
    "changed abc",
  ]);
});

test("one that is wrong stops the rounds for as long as it is, and what held before does not", () => {
  expect(rounds(reading("a", "!", "!", "!", "a", "a", "b", "b"), 7)).toEqual([
    "uncertain",
    "fails: wrong",
    "fails: wrong",
    "uncertain",
    "same a",
    "uncertain",
    "changed b",
  ]);
  expect(rounds(reading("a", "?", "?", "?", "b", "b"), 5)).toEqual([
    "uncertain",
    "fails: names what there is not",
    "fails: names what there is not",
    "uncertain",
    "changed b",
  ]);
});

test("one that is wrong at the start is no start", () => {
  expect(() => reading("!")).toThrow("wrong");
  expect(() => reading("?")).toThrow("names what there is not");
});

test("as long as it says the same the rules are the same ones: what was found out for them is not lost", () => {
  const rules = reading("a", "a", "", "a", "a");
  const before = rules.now;
  rounds(rules, 4);
  expect(rules.now).toBe(before);
});
