import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { suspectsOf } from "../../src/judge/suspects.ts";
import { Table } from "../../src/table.ts";
import type { Process } from "../../src/contract.ts";
import { changed, ordinary, ORPHAN, world } from "../support/world.ts";

const plugins = builtin();
const pids = (processes: readonly Process[]) => processes.map(({ pid }) => pid);

describe("suspectsOf()", () => {
  const below = (fields: Partial<Process>) => {
    const table = new Table(world([ordinary(600), ordinary(601, { ppid: 600, ...fields })]));
    return pids(suspectsOf(table, plugins.matchers).all).includes(601);
  };

  test("are all that an adopter has as child, whatever they are called", () => {
    const { tops } = suspectsOf(new Table(world([ordinary(600, { name: "zzz" })])), plugins.matchers);
    expect(pids(tops)).toContain(600);
  });
  test("below a living parent are those whose short name some matcher names", () => {
    expect(below({ name: "node" })).toBe(true);
    expect(below({ name: "node-22" })).toBe(true);
    expect(below({ name: "2.1.200" })).toBe(true);
    expect(below({ name: "claude.exe" })).toBe(true);
    expect(below({ name: "vim" })).toBe(false);
  });
  test("whoever is said to be its own parent is above all others, and they are below it", () => {
    const itself = { name: "bash", argv: ["bash"], exe: "/usr/bin/bash", ppid: 650 };
    const child = ordinary(651, { name: "zzz", ppid: 650 });
    for (const processes of [[ordinary(650, itself), child], [child, ordinary(650, itself)]]) {
      const found = pids(suspectsOf(new Table(world(processes)), plugins.matchers).tops);
      expect(found).toContain(650);
      expect(found).not.toContain(651);
    }
  });
  test("on Windows are those whose creator is younger, each for itself", () => {
    const at = (pid: number, startedAt: number, ppid: number) => {
      const { startToken: _, ...rest } = ordinary(pid, { name: "zzz", ppid, startedAt });
      return rest;
    };
    const snapshot = world([at(650, 2000, 1), at(651, 1000, 650), at(652, 3000, 650)]);
    const table = new Table({ ...snapshot, host: { ...snapshot.host, platform: "win32" } });
    const found = pids(suspectsOf(table, plugins.matchers).tops);
    expect(found).toContain(651);
    expect(found).not.toContain(652);
  });
  test("are no kernel threads and no zombies", () =>
    expect(below({ name: "node", argv: null, exe: null })).toBe(false));
  test("of a browser are its topmost alone", () => {
    const chrome = { name: "chrome", argv: ["chrome"], exe: "/opt/chrome" };
    const table = new Table(
      world([ordinary(600), ordinary(601, { ppid: 600, ...chrome }), ordinary(602, { ppid: 601, ...chrome })]),
    );
    expect(pids(suspectsOf(table, plugins.matchers).all).filter((pid) => pid > 600 && pid < 700)).toEqual([601]);
  });
});

test("an agent that no short name hints at is still responsible for what it started", () => {
  const agent = ordinary(700, {
    ppid: 800,
    name: "my-agent",
    argv: ["claude"],
    exe: "/home/lea/.local/share/claude/versions/2.1.200",
  });
  const snapshot = world([agent, ...changed({ ppid: 700, env: { CLAUDE_PID: "77" } })]);
  expect(classify(snapshot, plugins, defaultPolicy).findings.find(({ root }) => root.pid === ORPHAN)?.verdict).toBe(
    "owned",
  );
  const stranger = { ...agent, argv: ["host"], exe: "/usr/bin/host" };
  const adopted = world([stranger, ...changed({ ppid: 700, env: { CLAUDE_PID: "77" } })]);
  expect(classify(adopted, plugins, defaultPolicy).findings.find(({ root }) => root.pid === ORPHAN)?.verdict).toBe(
    "orphan",
  );
});
