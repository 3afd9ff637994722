import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDuration } from "../../src/duration.ts";
import { SWEEP, SWEEP_BEGUN } from "../../src/hooks/start.ts";
import { readArguments } from "../../src/sweep/arguments.ts";
import { type ByHook, byHookAfter, formatMemory, type Last, type Memory, parseMemory } from "../../src/sweep/memory.ts";
import type { Seen, Sightings } from "../../src/sightings.ts";
import { elsewhereAfter, sightingsOf } from "../../src/sweep/places.ts";
import { newAmong, parseRest } from "../../src/unattended.ts";

const memory: Memory = {
  rest: {
    ...{ place: "b/pid:[4026531836]", lookedAt: 1_000, untilAt: 2_000, asked: "//" },
    ...{ adopters: [1, 700], adopted: ",2,54,", byWords: true },
  },
  last: { at: 1_000, tookMs: 5, orphans: 1, asked: 0, forced: 0, stopped: "ünlucky\n\u202e" },
  acted: { at: 500, tookMs: 7, orphans: 2, asked: 1, forced: 1 },
  byHook: { zsh: { at: 900, tookMs: 4, orphans: 0, asked: 0, forced: 0 } },
  tidiedAt: 400,
  sightings: {
    bootId: "b",
    asleepMs: 0,
    seen: [{ pid: 54, startToken: "1361030", program: "rbqd5z", firstMs: 12.5, lastMs: 13, askedMs: 13 }],
  },
};

describe("the memory of sweeps", () => {
  test("each of those who share a home keeps what it saw while others look", () => {
    const [seen] = memory.sightings?.seen ?? [];
    if (seen === undefined) throw new Error("there is one");
    const saw = (bootId: string, pidNamespace: string, many: number): Sightings => ({
      ...{ bootId, pidNamespace, asleepMs: 0 },
      seen: Array<Seen>(many).fill(seen),
    });
    const after = (before: Memory, sightings: Sightings): Memory =>
      parseMemory(formatMemory({ sightings, ...elsewhereAfter(before, sightings) }));
    const [one, other, third] = [saw("b", "pid:[1]", 1), saw("b", "pid:[2]", 2), saw("c", "pid:[1]", 3)] as const;
    const all = [one, other, third].reduce(after, {});
    expect([one, other, third].map((place) => sightingsOf(all, place))).toEqual([one, other, third]);
    expect(sightingsOf(all, saw("c", "pid:[2]", 1))).toBeUndefined();
    const again = after(all, saw("b", "pid:[1]", 4));
    expect([again.sightings?.seen.length, again.elsewhere]).toEqual([4, [third, other]]);
    // Nobody seen is nothing to keep, and there is room for so many.
    expect(after(after({}, saw("b", "pid:[1]", 0)), other).elsewhere).toBeUndefined();
    expect(after(after(after({}, one), saw("b", "pid:[3]", 1_000)), other).elsewhere).toHaveLength(1);
    expect(after({}, other).elsewhere).toBeUndefined();
    const wrong = { ...one, seen: [{ ...seen, pid: 1 }] };
    expect(parseMemory(formatMemory({ sightings: other, elsewhere: [wrong] }))).toEqual({ sightings: other });
  });

  test("is read as it was written, also over something longer", () => {
    expect(parseMemory(formatMemory(memory))).toEqual(memory);
    expect(parseMemory(`${formatMemory({})}${"x".repeat(500)}\n54}]}}`)).toEqual({});
    expect(parseRest(formatMemory(memory))).toEqual(memory.rest as never);
    expect(parseRest(formatMemory({}))).toBeUndefined();
  });

  test("one of whom not everything is as it should be, and nobody is remembered", () => {
    const [seen] = memory.sightings?.seen ?? [];
    if (memory.sightings === undefined || seen === undefined) throw new Error("there is one");
    const tree = { root: 53, matcher: "claude", family: "claude" };
    const read = (more: Record<string, unknown>) => {
      const one = { ...seen, askedWith: tree, ...more } as Seen;
      return parseMemory(formatMemory({ sightings: { ...memory.sightings as Sightings, seen: [seen, one] } }))
        .sightings;
    };
    expect(read({})?.seen).toHaveLength(2);
    for (
      const wrong of [
        ...[{ pid: 1 }, { pid: 2.5 }, { pid: "54" }, { startToken: 1 }, { program: undefined }, { firstMs: -1 }],
        ...[{ lastMs: null }, { askedMs: "13" }, { askedWith: {} }, { askedWith: { ...tree, root: "53" } }],
        ...[{ askedWith: { ...tree, matcher: 1 } }, { askedWith: { ...tree, family: undefined } }],
      ]
    ) expect([wrong, read(wrong)]).toEqual([wrong, undefined]);
  });

  test("of hooks that there are each one's last look is kept, of others nothing", () => {
    const look: Last = { at: 2_000, tookMs: 9, orphans: 1, asked: 1, forced: 0 };
    const { byHook } = memory;
    expect(byHookAfter(byHook, look, "git")).toEqual({ byHook: { ...byHook, git: look } });
    expect(byHookAfter(byHook, look, "zsh")).toEqual({ byHook: { zsh: look } });
    for (const other of ["", "ZSH", "../zsh", "constructor", "x".repeat(10_000)]) {
      expect(byHookAfter(byHook, look, other)).toEqual({ byHook: byHook as ByHook });
      expect(byHookAfter(undefined, look, other)).toEqual({});
      expect(parseMemory(formatMemory({ byHook: { [other]: look } as ByHook })).byHook).toBeUndefined();
    }
    expect(parseMemory(formatMemory({ byHook: { zsh: { ...look, asked: -1 } } })).byHook).toBeUndefined();
  });

  test("more adopters than there can be are none: a sweep would ask them all", () => {
    const { rest } = memory;
    if (rest === undefined) throw new Error("there is one");
    const adopters = (many: number) => formatMemory({ rest: { ...rest, adopters: Array<number>(many).fill(1) } });
    expect(parseRest(adopters(400_000))).toBeUndefined();
    expect(parseRest(adopters(1_000))?.adopters).toHaveLength(1_000);
  });

  test("who is known is known by the whole number", () => {
    const { rest } = memory;
    if (rest === undefined) throw new Error("there is one");
    expect(newAmong([], rest, [])).toEqual([]);
    expect(newAmong(["54", "2"], rest, [])).toEqual([]);
    expect(newAmong(["54", "7"], rest, ["7"])).toEqual([]);
    for (const other of ["5", "4", "", "254"]) expect(newAmong(["2", other], rest, [])).toEqual([other]);
  });

  test("a bit that changed, or an end that is missing, and nothing is remembered of anybody", () => {
    const text = formatMemory(memory);
    const body = text.indexOf("\n") + 1;
    fc.assert(
      fc.property(fc.integer({ min: body, max: text.length - 2 }), fc.integer({ min: 1, max: 90 }), (at, by) => {
        const changed = String.fromCharCode((text.charCodeAt(at) + by) % 128);
        fc.pre(changed !== text[at]);
        const torn = `${text.slice(0, at)}${changed}${text.slice(at + 1)}`;
        expect(parseMemory(torn).sightings).toBeUndefined();
        expect(parseMemory(text.slice(0, at)).sightings).toBeUndefined();
      }),
    );
  });

  test("takes any text, and never throws", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300, unit: "binary" }), (text) => {
      expect(parseMemory(text)).toEqual({});
      expect(parseRest(text)).toBeUndefined();
    }));
  });

  test.each<[string, unknown]>([
    ["a pid that is none", { pid: 1 }],
    ["a pid that is a text", { pid: "54" }],
    ["a time that is none", { firstMs: -1 }],
    ["a time that is a text", { askedMs: "13" }],
    ["no start", { startToken: undefined }],
    ["a tree without a family", { askedWith: { root: 9, matcher: "claude" } }],
  ])("does not take %s, whatever its checksum says", (_, wrong) => {
    const seen = memory.sightings?.seen.map((one) => ({ ...one, ...(wrong as object) })) ?? [];
    const text = formatMemory({ sightings: { bootId: "b", asleepMs: 0, seen } });
    expect(parseMemory(text).sightings).toBeUndefined();
  });
});

describe("readArguments()", () => {
  test("reads what sweep takes", () => {
    expect(readArguments([])).toEqual({});
    expect(readArguments(["--now", "-q", "--strict"])).toEqual({ now: true, quiet: true, strict: true });
    expect(readArguments(["--every", "60s", "--budget=50ms", "--min-age", "2m", "--grace=1s", "--confidence=proven"]))
      .toEqual({ everyMs: 60_000, budgetMs: 50, minAgeMs: 120_000, graceMs: 1_000, confidence: "proven" });
    expect(readArguments(["--now", "--help"])).toBe("help");
  });

  test.each<[readonly string[], string]>([
    [["--strct"], "unknown option '--strct'"],
    [["4711"], "unknown option '4711'"],
    [["--now=yes"], "unknown option '--now=yes'"],
    [["--toString"], "unknown option"],
    [["constructor"], "unknown option"],
    [["--every"], "--every needs a value"],
    [["--every", "60"], "--every 60: needs a unit, for example 60s"],
    [["--confidence", "sure"], "--confidence sure: write adopted, likely or proven"],
  ])("refuses %j", (args, says) => {
    expect(readArguments(args, parseDuration)).toEqual({ wrong: expect.stringContaining(says) });
  });

  test("what agents' hooks begin by themselves is what other hooks are told", () => {
    const { everyMs, options } = SWEEP_BEGUN;
    expect(readArguments(SWEEP.slice(1))).toEqual({ ...options, everyMs });
  });

  test("reads short durations itself, as the others would", () => {
    fc.assert(fc.property(fc.nat(9_999), fc.constantFrom("s", "ms", "m", "h"), (amount, unit) => {
      const args = ["--every", `${amount}${unit}`];
      expect(readArguments(args)).toEqual(readArguments(args, parseDuration));
    }));
    for (const text of ["1d", "1m30s", "60", "", "s", "-1s", "1.5s", "1 s", "1234567s", "60S"]) {
      expect(readArguments(["--every", text])).toBe("slowly");
    }
  });
});
