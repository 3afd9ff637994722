import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { familyOf, livingOf, NOBODY, type Root, type Row } from "../../../plugins/backends/ps/containment/family.ts";
import { lineOf, Lines } from "../../../plugins/backends/ps/containment/messages.ts";
import { carriesTag, Watch } from "../../../plugins/backends/ps/containment/watch.ts";
import { type Mac, type MacProcess, toolsOf } from "../../support/mac.ts";

const ROOT: Root = { pid: 100, startToken: "1000", without: new Map([[90, "900"]]), pgid: 100, sid: 50 };
const NONE: ReadonlySet<number> = new Set();

/** A row in the front's own group and session. */
function row(pid: number, ppid: number, start: number, more: Partial<Row> = {}): Row {
  return { pid, ppid, pgid: 100, sid: 50, startToken: String(start), isZombie: false, ...more };
}

const FRONT = row(100, 50, 1000);
const pidsOf = (rows: readonly Row[]): number[] => rows.map(({ pid }) => pid).sort((a, b) => a - b);

describe("familyOf()", () => {
  test("children and theirs, and they stay when their parents end", () => {
    const first = familyOf(ROOT, NOBODY, [FRONT, row(101, 100, 1001), row(102, 101, 1002)], NONE);
    expect(pidsOf(livingOf(first))).toEqual([101, 102]);
    expect(pidsOf(livingOf(familyOf(ROOT, first, [row(102, 1, 1002)], NONE)))).toEqual([102]);
  });

  test("nobody who has the number of one that ended", () => {
    const first = familyOf(ROOT, NOBODY, [FRONT, row(101, 100, 1001)], NONE);
    expect(livingOf(familyOf(ROOT, first, [FRONT, row(101, 1, 1005)], NONE))).toEqual([]);
    // Nor their children.
    expect(livingOf(familyOf(ROOT, first, [FRONT, row(101, 1, 1005), row(102, 101, 1006)], NONE))).toEqual([]);
  });

  test("who is known, also when its start is not told this time", () => {
    const first = familyOf(ROOT, NOBODY, [FRONT, row(101, 100, 1001)], NONE);
    const { startToken: _, ...startless } = row(101, 1, 1001);
    const second = familyOf(ROOT, first, [FRONT, startless], NONE);
    expect(livingOf(second)).toEqual([row(101, 100, 1001)]);
    expect(livingOf(familyOf(ROOT, second, [FRONT, row(101, 1, 1005)], NONE))).toEqual([]);
  });

  test("nobody of the group and session that the front was put into", () => {
    const first = familyOf(ROOT, NOBODY, [FRONT, row(101, 100, 1001), row(200, 50, 1002)], NONE);
    expect(pidsOf(livingOf(first))).toEqual([101]);
  });

  test("the session and the group that one of it made, also when their maker has ended", () => {
    const own = { pgid: 101, sid: 101 };
    const first = familyOf(ROOT, NOBODY, [FRONT, row(101, 100, 1001, own)], NONE);
    const second = familyOf(ROOT, first, [FRONT, row(103, 1, 1003, own)], NONE);
    expect(pidsOf(livingOf(second))).toEqual([103]);
    // The one that we know by now vouches for it.
    const third = familyOf(ROOT, second, [FRONT, row(103, 1, 1003, own), row(104, 1, 1004, own)], NONE);
    expect(pidsOf(livingOf(third))).toEqual([103, 104]);
  });

  test("not that group when its number has gone to another process, or when nobody vouches for it", () => {
    const own = { pgid: 101, sid: 101 };
    const first = familyOf(ROOT, NOBODY, [FRONT, row(101, 100, 1001, own)], NONE);
    expect(livingOf(familyOf(ROOT, first, [row(101, 1, 1009, own), row(105, 101, 1010, own)], NONE))).toEqual([]);
    const nobody = familyOf(ROOT, first, [FRONT], NONE);
    expect(livingOf(familyOf(ROOT, nobody, [FRONT, row(105, 1, 1010, own)], NONE))).toEqual([]);
  });

  test("who carries the tag, wherever it is, but not who was there before the front", () => {
    const apart = { pgid: 300, sid: 300 };
    const rows = [FRONT, row(300, 1, 1004, apart), row(301, 1, 999, { pgid: 301, sid: 301 })];
    expect(pidsOf(livingOf(familyOf(ROOT, NOBODY, rows, new Set([300, 301]))))).toEqual([300]);
  });

  test("not the children that the front had before, nor what they start", () => {
    const rows = [FRONT, row(90, 100, 900), row(91, 90, 1500), row(101, 100, 1001)];
    expect(pidsOf(livingOf(familyOf({ ...ROOT, without: new Map([[90, "900"], [110, "1002"]]) }, NOBODY, [
      ...rows,
      row(110, 100, 1002),
    ], NONE)))).toEqual([101]);
  });

  test("property: never the front, who has no start or is older, and nobody whom nothing ties to it", () => {
    const pids = fc.integer({ min: 95, max: 110 });
    const anyRow = fc.record({
      pid: pids,
      ppid: pids,
      pgid: fc.oneof(pids, fc.constant(100)),
      sid: fc.oneof(pids, fc.constant(50)),
      isZombie: fc.boolean(),
      startToken: fc.oneof(fc.constant(undefined), fc.integer({ min: 995, max: 1010 }).map(String)),
    }).map(({ startToken, ...rest }): Row => startToken === undefined ? rest : { ...rest, startToken });
    const table = fc.uniqueArray(anyRow, { selector: ({ pid }) => pid, maxLength: 14 });
    fc.assert(fc.property(fc.array(table, { maxLength: 5 }), (tables) => {
      let family = NOBODY;
      for (const rows of tables) {
        const before = family;
        family = familyOf(ROOT, before, rows, NONE);
        for (const [pid, one] of family.members) {
          const now = rows.find((other) => other.pid === pid);
          expect([one.startToken, undefined]).toContain(now?.startToken);
          expect(pid === ROOT.pid && one.startToken === ROOT.startToken).toBe(false);
          expect(one.startToken).toBeDefined();
          expect(Number(one.startToken)).toBeGreaterThanOrEqual(1000);
          const knew = before.members.get(pid)?.startToken === one.startToken;
          const parent = rows.find((other) => other.pid === one.ppid);
          const isBelow = parent !== undefined && (family.members.get(parent.pid) === parent ||
            parent.pid === ROOT.pid && parent.startToken === ROOT.startToken);
          const isIn = family.groups.has(one.pgid) || family.sessions.has(one.sid as number);
          expect(knew || isBelow || isIn).toBe(true);
        }
      }
    }));
  });
});

describe("carriesTag()", () => {
  test.each([
    ["node x.js HOME=/h AGENT_REAPER_RUN=1.2@a.0 Z=1", "node x.js", true],
    ["node x.js AGENT_REAPER_RUN=1.2@a.0", "node x.js", true],
    // Talk of it in the arguments.
    ["grep AGENT_REAPER_RUN=1.2@a.0 log HOME=/h", "grep AGENT_REAPER_RUN=1.2@a.0 log", false],
    ["node x.js AGENT_REAPER_RUN=1.2@a.01", "node x.js", false],
    ["node x.js MY_AGENT_REAPER_RUN=1.2@a.0", "node x.js", false],
    // It became another program in between.
    ["node y.js AGENT_REAPER_RUN=1.2@a.0", "node x.js", false],
  ])("%s", (line, command, expected) => {
    expect(carriesTag(line, command, "1.2@a.0")).toBe(expected);
  });
});

describe("a watch on a Mac out of texts", () => {
  const now = Math.floor(Date.now() / 1000);
  const front: MacProcess = {
    pid: 90_100,
    ppid: 90_001,
    name: "agent-reaper",
    command: "agent-reaper run",
    start: now - 9,
  };
  const one = (pid: number, ppid: number, more: Partial<MacProcess> = {}): MacProcess => ({
    ...{ pid, ppid, pgid: 90_100, name: "node", command: "node x.js", start: now - 5 },
    ...more,
  });
  const watchOf = (mac: Mac, sessions: Readonly<Record<number, number>> = {}) => {
    const tools = toolsOf(mac);
    const root: Root = { pid: 90_100, startToken: String(now - 9), without: new Map(), pgid: 90_100, sid: 90_001 };
    const sessionOf = (pid: number) => sessions[pid] ?? 90_001;
    return { tools, watch: new Watch({ tools, ps: "/bin/ps", dialect: "darwin", sessionOf }, root, [process.pid]) };
  };

  test("sees who descends from the front, looks again, and knows them when they lose their parents", () => {
    const { tools, watch } = watchOf({
      processes: [front, one(90_101, 90_100), one(90_102, 90_101), one(90_200, 90_001)],
    });
    expect(watch.look()).toEqual({ grew: true, isRootThere: true });
    expect(watch.living().map(({ pid }) => pid)).toEqual([90_101, 90_102]);
    tools.mac = { processes: [one(90_102, 1)] };
    expect(watch.look()).toEqual({ grew: false, isRootThere: false });
    expect(watch.living().map(({ pid }) => pid)).toEqual([90_102]);
  });

  test("finds who carries the tag, asks each once, and does not believe arguments", () => {
    const tag = "90100.1@5ACD8377.0";
    const carrier = one(90_300, 1, { pgid: 90_300, environment: `HOME=/Users/x AGENT_REAPER_RUN=${tag}` });
    const talker = one(90_301, 1, {
      pgid: 90_301,
      command: `grep AGENT_REAPER_RUN=${tag}`,
      environment: "HOME=/Users/x",
    });
    const { tools, watch } = watchOf({ processes: [front, carrier, talker] }, { 90_300: 90_300, 90_301: 90_301 });
    watch.carries(tag);
    watch.look();
    expect(watch.living().map(({ pid }) => pid)).toEqual([90_300]);
    watch.look();
    expect(tools.calls.filter((call) => call.includes(" -E ")).length).toBe(1);
  });

  test("refuses a table that it is not in itself", () => {
    const { watch } = watchOf({ processes: [front], withoutOurselves: true });
    expect(() => watch.look()).toThrow("we are not in it");
  });
});

describe("Lines", () => {
  test("however the pieces are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ tag: fc.string({ unit: "grapheme" }) })),
        fc.infiniteStream(fc.nat(9)),
        (said, cuts) => {
          const bytes = new TextEncoder().encode(said.map((one) => lineOf(one)).join(""));
          const lines = new Lines<unknown>();
          const heard: unknown[] = [];
          for (let at = 0; at < bytes.length;) {
            const next = at + 1 + (cuts.next().value as number);
            heard.push(...lines.take(bytes.subarray(at, next)));
            at = next;
          }
          expect(heard).toEqual(said);
        },
      ),
    );
  });
});
