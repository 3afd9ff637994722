import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Draft } from "../../src/contract.ts";
import { ParseError } from "../../src/errors.ts";
import type { ProcessIntent } from "../../src/execute.ts";
import { RunJournal } from "../../src/journal/journal.ts";
import { spoolFiles, spoolPath } from "../../src/journal/spool.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import { readHistoryTable, USUAL } from "../../src/ledger/settings.ts";
import type { Finding } from "../../src/report.ts";
import { Store } from "../../src/store/store.ts";
import { bar, showsBlocks, sparkline } from "../../src/commands/history/bars.ts";
import { historyCsv } from "../../src/commands/history/csv.ts";
import { pastText } from "../../src/commands/history/past.ts";
import { historyText } from "../../src/commands/history/text.ts";
import { width } from "../../src/text.ts";

const viewer = { uid: process.getuid?.() ?? 0, pid: 4242 };
const NOW = Date.UTC(2026, 10, 21, 12);
const host = { bootId: "boot", hostname: "box" };

let state: string;
let ledgers: Ledger[];
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), "ledger-")), "state");
  ledgers = [];
});
afterEach(() => {
  for (const ledger of ledgers) ledger.close();
  rmSync(join(state, ".."), { recursive: true, force: true });
});

function journal(at: number = NOW, pid: number = viewer.pid): RunJournal {
  return new RunJournal({
    state,
    command: "reap",
    host,
    viewer: { ...viewer, pid },
    complain: (line) => {
      throw new Error(line);
    },
    now: () => at,
  });
}

function ledger(now: number = NOW, keepMs: number = USUAL.keepMs): Ledger {
  const one = new Ledger(new Store({ directory: state, viewer }), spoolPath(state), { now: () => now, keepMs });
  ledgers.push(one);
  one.ingest();
  return one;
}

const intent = (pid: number, startToken = "1", bootId = "boot"): ProcessIntent => ({
  pid,
  startToken,
  bootId,
  action: "terminate",
  process: { pid, ppid: 1, name: "claude", argv: ["claude", "-p"], rss: 1_000_000, startToken },
});
const result = (
  pid: number,
  outcome: "ended" | "killed" | "denied" | "gone" | "quarantined" = "ended",
  startToken = "1",
) => ({ pid, startToken, outcome, because: "it ended when it was asked" }) as const;
const all = (one: Ledger) => one.actions({ since: 0 });

/** A machine on which these live. */
const machine = (drafts: readonly Partial<Draft>[], bootId = "boot", whole = true) => ({
  host: { platform: "linux", hostname: "box", bootId } as const,
  list: () => drafts.map((draft) => ({ ppid: 1, state: "S", threads: 1, startedAt: NOW - 1, ...draft }) as Draft),
  complete: () => whole,
});

describe("the ledger", () => {
  test("tells what the journal was told", () => {
    const one = journal();
    one.intend([intent(10), intent(11)]);
    one.settle(intent(10), result(10));
    one.end({ seen: 5, findings: [], results: [] });
    const [first, second] = all(ledger()).sort((a, b) => (a.pid ?? 0) - (b.pid ?? 0));
    expect(first).toMatchObject({
      pid: 10,
      outcome: "ended",
      argv: ["claude", "-p"],
      rssBytes: 1_000_000,
      command: "reap",
    });
    expect(second?.outcome).toBeUndefined();
    expect(ledger().runs(0)).toMatchObject([{ command: "reap", seen: 5, orphans: 0 }]);
  });

  test("what was set out to at once is told by trees, the root of each first", () => {
    const pids = [31, 8, 120, 9, 77, 10, 55, 300];
    const of = (pid: number) => ({ root: { pid }, claim: {}, gates: [], because: "it is gone" }) as unknown as Finding;
    journal().intend(pids.map((pid) => ({ ...intent(pid), finding: of(pid === 8 ? 77 : pid) })));
    expect(all(ledger()).map(({ pid }) => pid)).toEqual([9, 10, 31, 55, 77, 8, 120, 300]);
  });

  test("takes each line once, however often and by however many it is asked", () => {
    const one = journal();
    one.intend([intent(10)]);
    const [a, b] = [ledger(), ledger()];
    one.settle(intent(10), result(10));
    for (const each of [a, b, a, b]) each.ingest();
    expect(all(a)).toHaveLength(1);
    expect(all(b)[0]).toMatchObject({ attempts: 1, outcome: "ended" });
  });

  test("is rebuilt from the journal when the database is gone: reading twice does no harm", () => {
    const one = journal();
    one.intend([intent(10)]);
    one.settle(intent(10), result(10));
    const before = all(ledger());
    ledgers.pop()?.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(state, `state.db${suffix}`), { force: true });
    expect(all(ledger())).toEqual(before);
  });

  test("a second run at the same process is no second action", () => {
    journal().intend([intent(10)]);
    const next = journal(NOW + 1);
    next.intend([intent(10)]);
    next.settle(intent(10), result(10, "killed"));
    expect(all(ledger())).toMatchObject([{ pid: 10, attempts: 2, outcome: "killed" }]);
  });

  test("damage is counted and told", () => {
    journal().intend([intent(10)]);
    appendFileSync(join(spoolPath(state), spoolFiles(spoolPath(state))[0] as string), "\n{torn\n");
    const one = ledger();
    expect(one.damaged).toBe(1);
    expect(all(one)).toHaveLength(1);
  });

  test("two that ingest at once, and one that writes, lose and double nothing", async () => {
    const program = (body: string) =>
      Bun.spawn([
        process.execPath,
        "-e",
        `
        const root = ${JSON.stringify(join(import.meta.dir, "../../src"))};
        const state = ${JSON.stringify(state)};
        const viewer = ${JSON.stringify(viewer)};
        const { RunJournal } = await import(root + "/journal/journal.ts");
        const { Ledger } = await import(root + "/ledger/ledger.ts");
        const { Store } = await import(root + "/store/store.ts");
        const { spoolPath } = await import(root + "/journal/spool.ts");
        ${body}`,
      ], { stderr: "inherit" });
    const write = `
      const journal = new RunJournal({ state, command: "reap", host: ${
      JSON.stringify(host)
    }, viewer, complain(line) { throw line } });
      for (let pid = 1; pid <= 200; pid++) {
        const intent = { pid, startToken: String(process.pid), bootId: "boot", action: "terminate" };
        journal.intend([intent]);
        journal.settle(intent, { pid, startToken: String(process.pid), outcome: "ended" });
      }`;
    const read = `
      for (let i = 0; i < 20; i++) { const l = new Ledger(new Store({ directory: state, viewer, patienceMs: 200_000 }), spoolPath(state)); l.ingest(); l.close(); }`;
    const ran = [program(write), program(read), program(read), program(write)];
    expect(await Promise.all(ran.map(({ exited }) => exited))).toEqual([0, 0, 0, 0]);
    const actions = new Ledger(new Store({ directory: state, viewer }), spoolPath(state));
    ledgers.push(actions);
    actions.ingest();
    expect(all(actions)).toHaveLength(400);
    expect(all(actions).filter(({ outcome, attempts }) => outcome === "ended" && attempts === 1)).toHaveLength(400);
  });

  test("keeps a week", () => {
    const old = journal(NOW - USUAL.keepMs - 1);
    old.intend([intent(10)]);
    old.end({ seen: 1, findings: [], results: [] });
    journal().intend([intent(11)]);
    const one = ledger();
    expect(all(one).map(({ pid }) => pid)).toEqual([11]);
    expect(one.runs(0)).toHaveLength(1);
  });
});

describe("how long it is kept", () => {
  const DAY_MS = 86_400_000;
  const act = (days: number, pid: number) => journal(NOW - days * DAY_MS).intend([intent(pid)]);

  test("is what the configuration says, also where the journal keeps less", () => {
    act(7.5, 10);
    act(1, 11);
    expect(all(ledger(NOW, 30 * DAY_MS)).map(({ pid }) => pid)).toEqual([10, 11]);
    const later = NOW + 20 * DAY_MS;
    journal(later).intend([intent(12)]);
    expect(all(ledger(later, 30 * DAY_MS)).map(({ pid }) => pid)).toEqual([10, 11, 12]);
    expect(all(ledger(later)).map(({ pid }) => pid)).toEqual([12]);
  });

  test("is no longer than the configuration says, in the journal neither", () => {
    act(4, 10);
    act(3, 11);
    act(0.5, 12);
    const read = () => spoolFiles(spoolPath(state)).length;
    ledger();
    expect(read()).toBe(3);
    expect(all(ledger(NOW, 2 * DAY_MS)).map(({ pid }) => pid)).toEqual([12]);
    expect(read()).toBe(1);
  });

  test("is read from the table [history]", () => {
    expect(readHistoryTable({ keep: "30d" }, "x")).toEqual({ keepMs: 30 * DAY_MS });
    expect(readHistoryTable({}, "x")).toEqual({ keepMs: 7 * DAY_MS });
    const wrong: [unknown, string][] = [
      ["30d", "c.toml: history: expected a table, for example [history]"],
      [{ kept: "30d" }, 'c.toml: history: unknown key "kept": known is keep'],
      [{ keep: 30 }, 'c.toml: history.keep = 30: expected a duration with a unit, for example "30d"'],
      [{ keep: "30" }, 'c.toml: history.keep = "30": needs a unit, for example 30s or 2m'],
      [{ keep: "23h" }, 'c.toml: history.keep = "23h": expected a day or more, for example "30d"'],
      [{ keep: "4000d" }, 'c.toml: history.keep = "4000d": longer than ten years, write for example 2h30m or 7d'],
    ];
    for (const [table, because] of wrong) {
      expect(() => readHistoryTable(table, "c.toml: history")).toThrow(new ParseError(because));
    }
  });
});

describe("what a cut-off run left open", () => {
  test("is settled once it is gone, recycled or dead, and only then", () => {
    const cases: [string, ReturnType<typeof machine>, string | undefined][] = [
      ["gone", machine([]), "gone"],
      ["another has its pid", machine([{ pid: 10, startToken: "2" }]), "gone"],
      ["a zombie", machine([{ pid: 10, startToken: "1", state: "Z" }]), "gone"],
      ["the machine was started anew", machine([{ pid: 10, startToken: "1" }], "another boot"), "gone"],
      ["still there", machine([{ pid: 10, startToken: "1" }]), undefined],
      ["still there, in a boot that is not told", machine([{ pid: 10, startToken: "1" }], "boot-minute-7"), undefined],
      ["gone, in a boot that is not told", machine([], "boot-minute-7"), "gone"],
      ["its start is not known", machine([{ pid: 10 }]), undefined],
      ["the table leaves some out", machine([], "boot", false), undefined],
      ["the run is at it", machine([{ pid: viewer.pid, startedAt: NOW - 5 }]), undefined],
      ["the run is a zombie", machine([{ pid: viewer.pid, startedAt: NOW - 5, state: "Z" }]), "gone"],
      ["another has the run's pid", machine([{ pid: viewer.pid, startedAt: NOW + 5 }]), "gone"],
    ];
    const elsewhere = { ...machine([]), host: { ...machine([]).host, pidNamespace: "4026532001" } };
    cases.push(["seen from another namespace", elsewhere, undefined]);
    for (const [name, on, outcome] of cases) {
      rmSync(state, { recursive: true, force: true });
      journal().intend([intent(10)]);
      const one = ledger();
      one.settleCutOff(on);
      expect({ name, outcome: all(one)[0]?.outcome }).toEqual({ name, outcome });
      one.settleCutOff(on);
      expect(all(one)).toHaveLength(1);
    }
  });

  test.each([["ended", "gone"], ["gone", "killed"]] as const)(
    "two runs at once: %s, then %s to the other, is what one of them did",
    (first, second) => {
      const [one, other] = [journal(NOW), journal(NOW + 10)];
      one.intend([intent(10)]);
      other.intend([intent(10)]);
      one.settle(intent(10), result(10, first));
      const both = ledger();
      other.settle(intent(10), result(10, second));
      both.ingest();
      expect(all(both)).toMatchObject([{ outcome: first === "gone" ? second : first }]);
    },
  );

  test("the evidence that is told later wins over a guess", () => {
    const run = journal(NOW + 10);
    run.intend([intent(10)]);
    const one = ledger();
    one.settleCutOff(machine([]));
    run.settle(intent(10), result(10, "killed"));
    one.ingest();
    expect(all(one)[0]).toMatchObject({ outcome: "killed" });
  });
});

describe("history", () => {
  const format = { columns: 60, colour: false, all: false, blocks: false, hosts: false };
  const hostile: ProcessIntent = {
    ...intent(12),
    process: { pid: 12, ppid: 1, name: "\x1b]0;owned\x07", argv: ["=cmd|' /C calc'!A0", "a\nb", '"'], rss: 5 },
  };

  test("fits sixty columns, in plain text", () => {
    const run = journal();
    for (let pid = 100; pid < 140; pid++) {
      run.intend([intent(pid)]);
      run.settle(intent(pid), result(pid, pid % 7 === 0 ? "denied" : "ended"));
    }
    run.intend([hostile]);
    const shown = { actions: all(ledger()), runs: [], health: [], since: 0 };
    const text = historyText(shown, format);
    expect(Math.max(...text.split("\n").map(width))).toBeLessThanOrEqual(60);
    expect(text).toMatch(/^[\n\x20-\x7e…]*$/);
    expect(text).toContain("2026-11-21");
    const because = "its parent is gone: adopted by the init (pid 1); nobody holds the other end of its stdin";
    const long = historyText({ ...shown, actions: shown.actions.map((action) => ({ ...action, because })) }, format);
    expect(long).toContain("nobody holds the other end of its…\n");
    expect(text).toMatch(/35 of 41 ended or removed.*; 5 not; 1 open/);
    const past = pastText(shown.actions, format);
    expect(past).not.toContain("\x1b");
    expect(Math.max(...past.split("\n").map(width))).toBeLessThanOrEqual(60);
  });

  test("each proof that was found is named in full", () => {
    const gates = [{ kind: "proof", name: "session-leader", pid: 100, evidence: { because: "the leader is gone" } }];
    const finding = { root: { pid: 100 }, claim: {}, gates, because: "it is gone" } as unknown as Finding;
    journal().intend([{ ...intent(100), finding }]);
    expect(pastText(all(ledger()), format)).toMatch(/^ {2}session-leader {3}the leader is gone$/m);
  });

  test("of who stayed it says what stood against ending it", () => {
    const run = journal();
    run.intend([intent(100), intent(101)]);
    run.settle(intent(100), { ...result(100, "denied"), because: "the system does not let us signal it" });
    run.settle(intent(101), { ...result(101), outcome: "asked", because: "it was asked to end" });
    const text = historyText({ actions: all(ledger()), runs: [], health: [], since: 0 }, { ...format, columns: 200 });
    expect(text).toMatch(/ denied .*: the system does not let us signal it$/m);
    expect(text).not.toContain("it was asked to end");
  });

  test("counts what was moved aside as that, and not as what stayed", () => {
    const run = journal();
    run.intend([intent(100), intent(101)]);
    run.settle(intent(100), result(100, "ended"));
    run.settle(intent(101), result(101, "quarantined"));
    const text = historyText({ actions: all(ledger()), runs: [], health: [], since: 0 }, format);
    expect(text).toMatch(/1 of 2 ended or removed, .* came free; 1 moved aside\./);
  });

  test("counts what came free on disk as no memory, and keeps its columns", () => {
    const run = journal();
    run.intend([intent(100)]);
    run.settle(intent(100), result(100, "ended"));
    const [ended] = all(ledger()) as [ReturnType<typeof all>[number]];
    const { pid: _pid, rssBytes: _rss, ...onDisk } = ended;
    const removed = { ...onDisk, path: "/tmp/codex-home-7", outcome: "removed", freedBytes: 7 * 1024 ** 3 } as const;
    const aside = { ...removed, outcome: "quarantined" } as const;
    const actions = [{ ...ended, rssBytes: 2 * 1024 ** 2 }, removed, aside];
    const lines = historyText({ actions, runs: [], health: [], since: 0 }, format).split("\n");
    expect(lines[1]).toMatch(/^\S+ {7}2 #+ +2\.0 MiB #+$/);
    expect(new Set(lines.slice(3, 6).map((line) => line.search(/100|\/tmp/))).size).toBe(1);
  });

  test("nothing is said as nothing", () => {
    expect(historyText({ actions: [], runs: [], health: [], since: NOW }, format)).toMatch(
      /^Nothing was ended or removed since/,
    );
  });

  test("csv is read back as it was, and runs nothing in a spreadsheet", () => {
    const run = journal();
    run.intend([{ ...hostile, process: { pid: 12, ppid: 1, name: "=1+1" } }, intent(13)]);
    const lines = historyCsv(all(ledger())).split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines.join("\n")).toContain("'=1+1");
    expect(lines[0]).toStartWith("at,host,command,run,id,");
    for (const line of lines.slice(0, 3)) expect(line.split(",")).toHaveLength(20);
  });

  test("plots never show something as nothing, nor wider than they may", () => {
    for (const blocks of [true, false]) {
      expect(width(bar(1, 1e9, 10, blocks))).toBe(1);
      expect(width(bar(5, 5, 10, blocks))).toBe(10);
      expect(bar(0, 5, 10, blocks)).toBe("");
      expect(width(sparkline(Array.from({ length: 999 }, (_, at) => at), 999, 40, blocks))).toBe(40);
    }
    expect(sparkline([0, 1], 1, 10, false)).toBe(".#");
    expect(showsBlocks(true, { LC_ALL: "", LANG: "de_DE.UTF-8" })).toBe(true);
    expect(showsBlocks(true, { LC_ALL: "C", LANG: "de_DE.UTF-8" })).toBe(false);
    expect(showsBlocks(false, { LANG: "de_DE.UTF-8" })).toBe(false);
  });
});
