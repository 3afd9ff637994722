import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classify } from "../../src/classify.ts";
import type { Matcher, Policy, Process, Snapshot } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { programOf, type Seen } from "../../src/sightings.ts";
import { sweepHistory } from "../../src/sweep/history.ts";
import { formatMemory, type Last } from "../../src/sweep/memory.ts";
import { restAfter } from "../../src/sweep/resting.ts";
import { isDisabled, isRecent, lastSweptAt, MEMORY, PAUSE, pausedUntil } from "../../src/unattended.ts";
import { changed, lostServer, NOW, ordinary, ORPHAN, world } from "../support/world.ts";

const AWAKE_MS = 1_000_000;
const seenAt = (firstMs: number, more: Partial<Seen> = {}): Seen => ({
  pid: ORPHAN,
  startToken: String(100_000 + ORPHAN),
  program: programOf(lostServer[0]!),
  firstMs,
  lastMs: AWAKE_MS,
  ...more,
});
const { matchers } = builtin();
const rest = (
  snapshot: Snapshot,
  seen: readonly Seen[] = [],
  policy: Policy = defaultPolicy,
  asked: readonly Matcher[] = matchers,
  spared?: ReadonlySet<number>,
) =>
  restAfter(classify(snapshot, builtin(), policy), {
    ...{ takenAt: NOW, awakeMs: AWAKE_MS, seen, policy, asked: "//" },
    matchers: asked,
    ...(spared === undefined ? {} : { spared }),
  });
const forMs = (...given: Parameters<typeof rest>) => {
  const found = rest(...given);
  return found === undefined ? undefined : found.untilAt - found.lookedAt;
};

describe("restAfter()", () => {
  test("ten minutes where nobody of an agent's was adopted", () => {
    const { bootId, pidNamespace } = world([]).host;
    expect(rest(world([ordinary(4100)]))).toEqual({
      place: `${bootId}/${pidNamespace ?? ""}`,
      lookedAt: NOW,
      untilAt: NOW + 600_000,
      asked: "//",
      adopters: [1, 500],
      adopted: ",500,800,4100,",
      byWords: true,
    });
  });

  test("whoever is new is told by its words only where nothing else may claim it", () => {
    const quiet = world([ordinary(4100)]);
    const byWords = (...given: Parameters<typeof rest>) => rest(...given)?.byWords;
    expect(byWords(quiet, [], defaultPolicy, [...matchers])).toBe(false);
    expect(byWords(quiet, [], { ...defaultPolicy, allUsers: true })).toBe(false);
    expect(byWords({ ...quiet, host: { ...quiet.host, wsl: true } })).toBe(false);
    // Its children inherit what stands in pid 1's arguments.
    const [init, ...others] = quiet.processes;
    const calling = { ...init as Process, argv: ["tini", "--", "claude"] };
    expect(byWords({ ...quiet, processes: [calling, ...others] })).toBe(false);
  });

  test("not at all with an orphan that is not remembered", () => expect(rest(world())).toBeUndefined());

  test("until whoever is remembered is due", () => {
    expect(forMs(world(), [seenAt(AWAKE_MS)])).toBe(10_000);
    expect(forMs(world(), [seenAt(AWAKE_MS - 7_000)])).toBe(3_000);
    expect(forMs(world(), [seenAt(0, { askedMs: AWAKE_MS - 1_000 })])).toBe(4_000);
    expect(forMs(world(), [seenAt(0)])).toBeUndefined();
  });

  test("until whoever is too young is not any more", () => {
    expect(forMs(world(changed({ startedAt: NOW - 45_000 })))).toBe(15_000);
  });

  test("a minute where something spares one, for that may change", () => {
    expect(forMs(world(changed({ ignoresHangup: true })))).toBe(60_000);
  });

  test("a minute where a look at everybody spares one who is due, for that look is dear", () => {
    const sparing = (seen: readonly Seen[], spared: readonly number[]) =>
      forMs(world(), seen, defaultPolicy, matchers, new Set(spared));
    expect(sparing([seenAt(0)], [ORPHAN])).toBe(60_000);
    expect(sparing([seenAt(0, { askedMs: AWAKE_MS - 6_000 })], [ORPHAN])).toBe(60_000);
    // Others wait no longer for that.
    const other = { pid: 4_999, startToken: "7" };
    expect(sparing([seenAt(0), seenAt(AWAKE_MS - 7_000, other)], [ORPHAN])).toBe(3_000);
    expect(sparing([seenAt(0), seenAt(0, other)], [ORPHAN])).toBeUndefined();
  });

  test("not where nobody is known to adopt", () => {
    const { processes, ...machine } = world([ordinary(4100, { ppid: 800 })]);
    const others = processes.filter(({ pid }) => pid !== 1 && pid !== 500);
    expect(rest({ ...machine, processes: others })).toBeUndefined();
  });
});

describe("what everything unattended asks first", () => {
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "unattended-"));
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));
  const written = (name: string, text: string, at: number): void => {
    writeFileSync(join(state, name), text);
    utimesSync(join(state, name), at / 1000, at / 1000);
  };

  test.each<[string | undefined, boolean]>([[undefined, false], ["", false], ["0", false], ["1", true], ["yes", true]])(
    "AGENT_REAPER_DISABLE=%s",
    (value, off) => expect(isDisabled(value === undefined ? {} : { AGENT_REAPER_DISABLE: value })).toBe(off),
  );

  test("a pause lasts until the time of its file", () => {
    expect(pausedUntil(state, NOW)).toBeUndefined();
    written(PAUSE, "", NOW + 60_000);
    expect(pausedUntil(state, NOW)).toBe(NOW + 60_000);
    expect(pausedUntil(state, NOW + 60_000)).toBeUndefined();
  });

  test("a sweep was at work when its memory was written; of an empty one none was", () => {
    expect(lastSweptAt(state)).toBeUndefined();
    written(MEMORY, "", NOW);
    expect(lastSweptAt(state)).toBeUndefined();
    written(MEMORY, "x", NOW);
    expect(lastSweptAt(state)).toBe(NOW);
  });

  test("a sweep of the future does not count: the clock was set back", () => {
    expect(isRecent(Date.now() - 30_000, 60_000)).toBe(true);
    expect(isRecent(Date.now() - 61_000, 60_000)).toBe(false);
    expect(isRecent(Date.now() + 30_000, 60_000)).toBe(false);
    expect(isRecent(undefined, 60_000)).toBe(false);
    expect(isRecent(Date.now(), 0)).toBe(false);
  });

  const last: Last = { at: NOW - 90_000, tookMs: 12, orphans: 1, asked: 0, forced: 0 };
  test.each<[string, string, RegExp]>([
    ["a damaged memory", "???", /^last at work 5 s ago$/],
    ["a look", formatMemory({ last }), /^last at work 5 s ago; last whole look 1 min 30 s ago, in 12 ms: 1 orphan$/],
    [
      "an end",
      formatMemory({ last: { ...last, orphans: 0 }, acted: { ...last, at: NOW - 7_200_000, asked: 2, forced: 1 } }),
      /: no orphans; last ended somebody 2 h ago: asked 2, 1 by force$/,
    ],
    [
      "a failure",
      formatMemory({ last: { ...last, stopped: "config.toml: unknown key" } }),
      /; the last look, 1 min 30 s ago, did not get to its end: config.toml: unknown key$/,
    ],
  ])("doctor tells of %s", (_, text, says) => {
    written(MEMORY, text, NOW - 5_000);
    expect(sweepHistory(state, NOW)?.says).toMatch(says);
  });

  test("doctor tells of none where none was", () => expect(sweepHistory(state, NOW)).toBeUndefined());
});
