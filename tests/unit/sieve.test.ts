/**
 * Nobody's claim is lost to the sieve: whoever claims a process of any recorded table, whatever is unknown of it,
 * is asked about it.
 */
import { describe, expect, test } from "bun:test";
import type { Matcher, Process } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { worthAskingIn } from "../../src/judge/sieve.ts";
import { Table } from "../../src/table.ts";
import { cases, renamed, without } from "../corpus/cases.ts";

const { matchers } = builtin();

function worthAsking(process: Process, table: Table, matchers: readonly Matcher[]): readonly Matcher[] {
  return worthAskingIn(table, matchers)(process);
}

/** Claims that the sieve keeps from being made, as texts to read. */
function lost(table: Table, processes: readonly Process[]): { claims: number; lost: string[] } {
  let claims = 0;
  const found: string[] = [];
  for (const process of processes) {
    const asked = worthAsking(process, table, matchers);
    for (const matcher of matchers) {
      if (matcher.claim(process, table) === undefined) continue;
      claims++;
      if (!asked.includes(matcher)) found.push(`${matcher.name}: ${process.exe} ${process.argv?.join(" ")}`);
    }
  }
  return { claims, lost: found };
}

describe("worthAskingIn()", () => {
  test.each(cases.map(({ name, snapshot }) => [name, snapshot] as const))("loses no claim of %s", (_, snapshot) => {
    for (const seen of [snapshot, renamed(snapshot, 7).snapshot]) {
      const table = new Table(seen);
      expect(lost(table, seen.processes).lost).toEqual([]);
      const unknown = seen.processes.flatMap((process) => [without(process, "exe"), without(process, "argv")]);
      expect(lost(table, unknown).lost).toEqual([]);
    }
  });

  test.each(cases.map(({ name, snapshot }) => [name, snapshot] as const))(
    "answers the same about each process of %s, whomever else it was asked about before",
    (_, snapshot) => {
      const table = new Table(snapshot);
      const asked = worthAskingIn(table, matchers);
      for (const process of snapshot.processes) expect(asked(process)).toBe(worthAsking(process, table, matchers));
    },
  );

  test("has claims to lose", () => {
    const claims = cases.map(({ snapshot }) => lost(new Table(snapshot), snapshot.processes).claims);
    expect(claims.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(500);
  });

  const process = (words: Partial<Process>): Process => ({ pid: 9, ppid: 8, ...words });
  const asked = (words: Partial<Process>, parent: Partial<Process> = {}): string[] => {
    const processes = [process(words), { ...process(parent), pid: 8, ppid: 1 }];
    const snapshot = { ...cases[0]?.snapshot as (typeof cases)[number]["snapshot"], processes };
    return worthAsking(processes[0] as Process, new Table(snapshot), matchers).map(({ name }) => name);
  };

  test("asks nobody about a process that says none of the words and has none of the marks", () => {
    expect(asked({ exe: "/usr/bin/node", argv: ["node", "/srv/app/server.js"] })).toEqual([]);
    expect(asked({ exe: null, argv: null })).toEqual([]);
    expect(asked({ env: { HOME: "/home/lea", CLAUDECODE: "1" } })).toEqual([]);
    expect(asked({})).toEqual([]);
  });

  test("takes a mark from the process's own environment, beside its words", () => {
    expect(asked({ env: { CLAUDE_PID: "77" } })).toEqual(["debris"]);
    expect(asked({ env: { AGENT_REAPER_RUN: "" } })).toEqual(["debris", "run"]);
    expect(asked({ exe: "/usr/bin/qwen", env: { CODEX_PID: "77" } })).toEqual(["debris", "gemini"]);
    expect(asked({}, { env: { CLAUDE_PID: "77" } })).toEqual([]);
  });

  test("takes words that overlap, and each that is a part of another", () => {
    const matcher = (name: string, ...words: string[]): Matcher => ({
      ...{ name, summary: "", hints: [], needs: [], words },
      claim: () => undefined,
    });
    const all = [matcher("part", "b"), matcher("first", "abc"), matcher("whole", "ABCD"), matcher("later", "cde")];
    const table = new Table({ ...cases[0]?.snapshot as (typeof cases)[number]["snapshot"], processes: [] });
    const names = (text: string) => worthAsking(process({ argv: [text] }), table, all).map(({ name }) => name);
    expect(names("xAbCdEx")).toEqual(["part", "first", "whole", "later"]);
    expect(names("abc")).toEqual(["part", "first"]);
    expect(names("cde")).toEqual(["later"]);
  });

  test("asks everybody about a text that is all words, and always who has neither words nor marks", () => {
    const odd: Matcher = { name: "odd", summary: "", hints: [], needs: [], claim: () => undefined };
    const table = new Table({ ...cases[0]?.snapshot as (typeof cases)[number]["snapshot"], processes: [] });
    const all = [...matchers, odd];
    expect(worthAsking(process({ argv: ["mcp".repeat(99)] }), table, all)).toEqual(all);
    expect(worthAsking(process({ argv: ["x"] }), table, all)).toEqual([odd]);
    expect(worthAsking(process({ env: { CLAUDE_PID: "77" } }), table, all).map(({ name }) => name)).toEqual([
      "debris",
      "odd",
    ]);
  });

  test("asks whoever says so of however many", () => {
    const many = Array.from({ length: 70 }, (_, at): Matcher => ({
      ...{ name: `matcher-${at}`, summary: "", hints: [], needs: [], words: [`<${at}>`], marks: [`MARK_${at}`] },
      claim: () => undefined,
    }));
    const table = new Table({ ...cases[0]?.snapshot as (typeof cases)[number]["snapshot"], processes: [] });
    const asked = (words: Partial<Process>) => worthAsking(process(words), table, many);
    for (const [at, matcher] of many.entries()) {
      const besides = at < 30 ? 1 : 40;
      for (const words of [{ argv: ["x", `<${at}>`] }, { env: { [`MARK_${at}`]: "" } }]) {
        expect(asked(words)).toContain(matcher);
        expect(asked(words)).toHaveLength(besides);
      }
    }
    expect(asked({ argv: ["<7><31>"] })).toHaveLength(41);
    expect(asked({})).toEqual([]);
  });

  test("takes a word from the executable, from any argument and from the parent, in any case", () => {
    expect(asked({ exe: "/opt/Claude/claude" })).toContain("claude");
    expect(asked({ argv: ["node", "-r", "x", "C:\\Users\\u\\OpenCode"] })).toContain("opencode");
    expect(asked({ argv: ["node", "x.js"] }, { argv: ["npm run agent:one"] })).toContain("npm-agent");
  });

  test("finds no word across two arguments", () => {
    expect(asked({ exe: "/usr/bin/node", argv: ["clau", "de", "co", "dex"] })).toEqual([]);
  });

  test("takes words as they are: none of their characters means another", () => {
    const odd: Matcher = { name: "odd", summary: "", hints: [], words: ["a.c+("], needs: [], claim: () => undefined };
    const one: Process = process({ argv: ["xa.c+(y"] });
    const other: Process = process({ argv: ["abcc("] });
    const table = new Table({ ...cases[0]?.snapshot as (typeof cases)[number]["snapshot"], processes: [one] });
    expect(worthAsking(one, table, [odd])).toEqual([odd]);
    expect(worthAsking(other, table, [odd])).toEqual([]);
  });
});
