import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { psJson } from "../../src/commands/ps/json.ts";
import { psText } from "../../src/commands/ps/text.ts";
import type { Finding, Process, Verdict } from "../../src/contract.ts";
import { type AgentTree, byFamily, filtered, isForReap, sorted, sumOf } from "../../src/ps/trees.ts";

const GIB = 2 ** 30;

function tree(pid: number, family: string, fields: Partial<AgentTree> = {}, verdict: Verdict = "owned"): AgentTree {
  const root: Process = { pid, ppid: 1, name: "node", argv: ["node", "agent.js"] };
  const finding: Finding = {
    root,
    members: [root],
    matcher: family,
    claim: { family, role: "agent", because: "its program" },
    responsible: { who: "living", pid: 1, because: "its parent is alive" },
    gates: [],
    verdict,
    because: "its parent is alive (pid 1)",
  };
  return { finding, ...fields };
}

const trees = [
  tree(1, "claude", { rssBytes: 3 * GIB, cpuSeconds: 5, ageMs: 1_000, session: "pr-42" }),
  tree(2, "codex", { rssBytes: 4 * GIB, cpuSeconds: 50, ageMs: 500 }, "orphan"),
  tree(3, "claude", { rssBytes: GIB, ageMs: 90_000_000 }),
  tree(4, "amp", {}),
];
const pids = (some: readonly AgentTree[]): number[] => some.map(({ finding }) => finding.root.pid);

describe("sorted()", () => {
  test("the most first, what is not known last", () => {
    expect(pids(sorted(trees, "memory"))).toEqual([2, 1, 3, 4]);
    expect(pids(sorted(trees, "cpu"))).toEqual([2, 1, 3, 4]);
    expect(pids(sorted(trees, "age"))).toEqual([3, 1, 2, 4]);
    expect(pids(sorted(trees, "family"))).toEqual([4, 1, 3, 2]);
  });
});

describe("filtered()", () => {
  test("by family, session and memory, together", () => {
    expect(pids(filtered(trees, { families: ["claude", "amp"] }))).toEqual([1, 3, 4]);
    expect(pids(filtered(trees, { session: "pr-42" }))).toEqual([1]);
    expect(pids(filtered(trees, { minRssBytes: 3 * GIB }))).toEqual([1, 2]);
    expect(pids(filtered(trees, { minRssBytes: 0 }))).toEqual([1, 2, 3]);
    expect(pids(filtered(trees, { families: ["claude"], minRssBytes: 2 * GIB }))).toEqual([1]);
  });
});

describe("sums", () => {
  test("are of what is known; nothing known is no zero", () => {
    expect(sumOf(trees)).toEqual({ trees: 4, processes: 4, rssBytes: 8 * GIB, cpuSeconds: 55 });
    expect(sumOf([trees[3] as AgentTree])).toEqual({ trees: 1, processes: 1 });
    expect(byFamily(trees).map(({ family, rssBytes }) => [family, rssBytes])).toEqual([
      ["claude", 4 * GIB],
      ["codex", 4 * GIB],
      ["amp", undefined],
    ]);
  });
});

const seen = (some: readonly AgentTree[]) => ({
  trees: some,
  of: 4,
  takenAt: 0,
  home: "/home/u",
  blocks: false,
  live: true,
});

describe("psText()", () => {
  test("says what is there, whose it is and what could be had back", () => {
    const text = psText(seen(trees), 120, false, false);
    for (const part of ["claude", "pr-42", "orphan", "4.0 GiB", "1d1h", "4 trees, 4 processes, 8.0 GiB."]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("1 orphan holds 4.0 GiB: agent-reaper reap\n");
    expect(psText({ ...seen(trees), live: false }, 120, false, false)).toContain("1 orphan holds 4.0 GiB\n");
    expect(psText(seen(trees.filter((one) => !isForReap(one))), 120, false, false)).not.toContain("reap");
  });

  test("draws with blocks only where the terminal shows them", () => {
    expect(psText(seen(trees), 120, false, false)).toMatch(/^claude +#+ /m);
    expect(psText({ ...seen(trees), blocks: true }, 120, false, false)).toMatch(/^claude +█/m);
  });

  test("writes paths as people do, also where there is room for them", () => {
    const one = tree(9, "claude", { rssBytes: 1 });
    const root: Process = { pid: 9, ppid: 1, name: "node", argv: ["node", "/home/u/s.js", "x".repeat(90)] };
    const text = psText(seen([{ ...one, finding: { ...one.finding, root, members: [root] } }]), 80, false, false);
    expect(text).toContain("node ~/s.js ");
  });

  test("says that there is nobody", () => {
    expect(psText({ ...seen([]), of: 0 }, 80, false, false)).toBe("No agents run here.\n");
    expect(psText(seen([]), 80, false, false)).toContain("There are 4 in all");
  });

  test("fits, and lets nothing through that a terminal would obey", () => {
    const hostile = fc.record({
      words: fc.array(fc.string({ unit: "binary", maxLength: 60 }), { maxLength: 6 }),
      name: fc.string({ unit: "binary", maxLength: 20 }),
      columns: fc.integer({ min: 60, max: 200 }),
      whole: fc.boolean(),
    });
    fc.assert(fc.property(hostile, ({ words, name, columns, whole }) => {
      const widest = { session: name, rssBytes: 1023 * GIB, owner: { pid: 1, name } };
      const one = tree(4_194_303, "claude-extension", widest);
      const root: Process = { pid: 4_194_303, ppid: 1, name, argv: words };
      const text = psText(
        seen([{ ...one, finding: { ...one.finding, root, members: [root] } }]),
        columns,
        false,
        whole,
      );
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      for (const line of text.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    }));
  });
});

describe("psJson()", () => {
  test("has the totals, and no zero for what is not known", () => {
    const snapshot = {
      format: "agent-reaper/snapshot@1",
      capturedAt: "2026-01-01T00:00:00.000Z",
      host: { platform: "linux", hostname: "box", bootId: "b" },
      viewer: { pid: 1, uid: 0, home: "/root", elevated: true },
      processes: [],
    } as const;
    const told = JSON.parse(psJson(seen(trees), snapshot));
    expect(told.totals).toEqual({
      trees: 4,
      processes: 4,
      rssBytes: 8 * GIB,
      cpuSeconds: 55,
      reapable: { trees: 1, processes: 1, rssBytes: 4 * GIB, cpuSeconds: 50 },
    });
    expect(told.trees.map(({ pid }: { pid: number }) => pid)).toEqual([1, 2, 3, 4]);
    expect("rssBytes" in told.trees[3]).toBe(false);
  });
});
