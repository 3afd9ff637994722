/** What a plugin may be made of: each kind of it is taken here, and refused next to that in external.test.ts. */
import { describe, expect, test } from "bun:test";
import { expectAnswer } from "../../src/external/answers.ts";
import { expectFamily, expectLeftoverFamily } from "../../src/external/data.ts";
import { expectFields } from "../../src/library/given.ts";
import { LOOK } from "../../src/library/fields.ts";

const because = "b";

describe("taken as it is:", () => {
  test.each<[string, object]>([
    ["a module", { module: "acme_agent", because }],
    ["a script of node", { script: /^acme\.js$/, of: ["node", "bun"], at: /acme/, because }],
    ["a title of node", { title: "acme", of: ["node"], words: /^run$/, options: /^--x$/, because }],
  ])("%s as a sign", (_, sign) => {
    const family = { name: "a", summary: "s", hints: ["a", /^a/], roles: [], otherwise: "agent", signs: [sign] };
    expect(() => expectFamily(family)).not.toThrow();
    if ("module" in sign) return;
    expect(() => expectFamily({ ...family, signs: [{ ...sign, of: ["perl"] }] })).toThrow(
      '"of" of a sign must be a list',
    );
  });

  const lair = { under: "home", entry: /^run-/, kind: "directory" };
  test.each<[string, object]>([
    ["a tree alone", {}],
    ["a directory in it", { at: ".acme/runs" }],
    ["directories of a kind between", { at: ".acme", in: /^\d+$/ }],
    ["all that can be read", { reads: ["names", "lock", "port", { text: "itself" }] }],
    ["a file's fields", { reads: [{ text: { file: "run.json" }, fields: ["pid"] }] }],
  ])("%s as a lair", (_, more) => {
    const whose = () => ({ nobody: true });
    const pile = { name: "p", summary: "s", family: "a", whose, lairs: [{ ...lair, ...more }] };
    expect(() => expectLeftoverFamily(pile)).not.toThrow();
  });
  test.each(["", "/x", "x/", "x//y", "./x", "x/../y", 7])("but no %p as a directory in it", (at) => {
    const pile = { name: "p", summary: "s", family: "a", whose: () => undefined, lairs: [{ ...lair, at }] };
    expect(() => expectLeftoverFamily(pile)).toThrow('"at" must be a directory in that tree');
  });

  test("places, and none where what lies between is no pattern", () => {
    const place = { base: "/home/lea/.acme", entry: /^run-/, kind: "directory" };
    expect(() => expectAnswer("places", [place, { ...place, in: /^\d+$/ }])).not.toThrow();
    expect(() => expectAnswer("places", [{ ...place, in: "x" }])).toThrow("and not a list of places");
  });

  test("a judgement that says of which family", () => {
    const judged = { family: "a", verdict: "leftover", because };
    expect(() => expectAnswer("judge", judged)).not.toThrow();
    expect(() => expectAnswer("judge", { ...judged, family: undefined })).toThrow(
      "and not a judgement, which has family",
    );
  });

  test("a signal that tells of an interruption, and nothing that only looks like one", () => {
    const { signal } = new AbortController();
    expect(() => expectFields("reap", { signal }, LOOK)).not.toThrow();
    for (const other of [{ aborted: false }, new EventTarget(), true]) {
      expect(() => expectFields("reap", { signal: other as AbortSignal }, LOOK)).toThrow("an AbortSignal");
    }
  });
});
