import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { leftoverMatchers } from "../../plugins/index.ts";
import type { Told } from "../support/programs/leftovers.ts";
import { runInside } from "../support/namespace.ts";
import type { After, Told as Trouble } from "../support/programs/leftovers-trouble.ts";

const program = (name: string) => join(import.meta.dir, "..", "support", "programs", name);

describe("what lies on disk, of every family", () => {
  let told: Told;
  beforeAll(async () => {
    told = await runInside<Told>(program("leftovers.ts"));
  });

  test("each family has something that goes, something that stays, something hostile", () => {
    for (const { name } of leftoverMatchers) {
      const of = told.seen.filter(({ family }) => family === name);
      expect([name, of.filter(({ fate }) => fate === "goes").length > 0 || name === "git-worktree-lock"])
        .toEqual([name, true]);
      expect([name, of.filter(({ fate }) => fate === "stays").length >= 2]).toEqual([name, true]);
    }
    expect(told.others).toEqual([]);
  });

  test("is judged as it should be, with its reason", () => {
    const wrong = told.seen.filter(({ said, because, verdict, fate, planned }) =>
      !said.includes(because) || planned !== (fate === "goes") || (fate === "goes" && verdict !== "leftover")
    );
    expect(wrong).toEqual([]);
  });

  test("goes or stays, and what it freed is what it weighed", () => {
    const wrong = told.seen.filter(({ fate, isThere, outcome, freedBytes, bytes }) =>
      fate === "goes"
        ? isThere || outcome !== "removed" || freedBytes !== (bytes ?? 0)
        : !isThere || outcome !== undefined
    );
    expect(wrong).toEqual([]);
    expect(told.again).toEqual([]);
  });

  test("leads nowhere else", () => expect(told.isUntouched).toBe(true));
  test("is judged the same from a snapshot file, which holds no editor's token", () => {
    expect(told.replayed).toBe(true);
    expect(told.tokens).toBe(0);
  });
  test("a worktree's lock goes when it is asked for by name", () => {
    expect(told.asked).toEqual([expect.stringMatching(/^removed .*\/worktrees\/one\/locked$/)]);
  });
});

describe("what goes wrong between the look and the removal", () => {
  let told: Trouble;
  beforeAll(async () => {
    told = await runInside<Trouble>(program("leftovers-trouble.ts"));
  });

  test.each<[string, Partial<After>]>([
    ["a directory became a link", { outcome: "replaced", isThere: true }],
    ["a directory became another", { outcome: "replaced", isThere: true }],
    ["a directory inside became a link", { outcome: "replaced", isThere: true }],
    ["a lock was taken anew", { outcome: "replaced", isThere: true }],
    ["a mount appeared inside", { outcome: "failed", because: "something is mounted inside it", isThere: true }],
    ["beside those", { outcome: "removed", isThere: false }],
    ["its pid is somebody's again", { outcome: "replaced", isThere: true }],
    ["its pid was given away again", { verdict: "leftover", outcome: "removed", isThere: false }],
    ["its owner is as old as it is", { verdict: "owned", isThere: true }],
    ["a read-only base", { outcome: "failed", because: "the file system is read-only (EROFS)", isThere: true }],
    ["a full disk", { outcome: "removed", isThere: false }],
    ["a file on a full disk", { outcome: "failed", because: "no space left on the device (ENOSPC)", isThere: true }],
    ["a base that vanishes", { outcome: "gone", isThere: false }],
    ["beside all those", { outcome: "removed", isThere: false }],
    ["something of root's inside", { outcome: "denied", because: "permission denied (EACCES)", isThere: true }],
    ["one that is shut", { verdict: "unsure", isThere: true }],
    ["root's, under sudo", { outcome: "denied", isThere: true }],
    ["the person's, under sudo", { outcome: "removed", isThere: false }],
    ["beside what is shut", { outcome: "removed", isThere: false }],
  ])("%s", (name, expected) => expect(told.cases[name]).toMatchObject(expected));

  test("nothing else was reached", () => expect([told.isUntouched, told.homeIsOurs]).toEqual([true, true]));
  test("a directory that cannot be looked into is said, in one line", () => {
    const said = told.limits.filter((line) => /\/somebody\/\.claude\/ide: the system answers EACCES$/.test(line));
    expect(said).toHaveLength(1);
  });
});
