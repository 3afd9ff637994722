import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Confidence, Process, Snapshot } from "../../src/contract.ts";
import { NOW, ordinary, START } from "../support/world.ts";

const ROOT = 4200;

/** A Windows machine with one process whose creator is dead, and its children. */
function machine(fields: Partial<Process>, children: readonly Partial<Process>[] = []): Snapshot {
  const common = { uid: "lea", tty: null, stdio: undefined, env: undefined, cgroup: undefined, startedAt: START };
  const processes = [
    { ppid: 77, pid: ROOT, ...fields },
    ...children.map((child, at) => ({ ppid: ROOT, pid: ROOT + 1 + at, ...child })),
    { pid: 900, ppid: 4, name: "agent-reaper.exe" },
    { pid: 4, ppid: 0, name: "System" },
  ].map((process) => known(ordinary(process.pid, { ...common, ...process } as Partial<Process>)));
  return {
    format: "agent-reaper/snapshot@1",
    capturedAt: new Date(NOW).toISOString(),
    host: { platform: "win32", hostname: "lab", bootId: "b" },
    viewer: { pid: 900, uid: "lea", home: "C:\\Users\\lea", elevated: false },
    processes,
  };
}

const known = (process: Process) =>
  Object.fromEntries(Object.entries(process).filter(([, value]) => value !== undefined)) as unknown as Process;

const judge = (snapshot: Snapshot, confidence: Confidence = "likely") =>
  classify(snapshot, builtin(), { ...defaultPolicy, confidence });
const program = (exe: string, ...args: string[]): Partial<Process> => ({
  name: exe.slice(exe.lastIndexOf("\\") + 1),
  exe,
  argv: [exe, ...args],
});

describe("the desktop application, whose creator is dead by right", () => {
  for (
    const exe of [
      "C:\\Users\\lea\\AppData\\Local\\AnthropicClaude\\app-0.14.10\\claude.exe",
      "C:\\Users\\lea\\AppData\\Local\\AnthropicClaude\\claude.exe",
      "C:\\Program Files\\WindowsApps\\Claude_1.9659.2.0_x64__pzs8sxrjxfjjc\\app\\claude.exe",
    ]
  ) {
    test(`${exe} is no agent`, () => {
      const { findings, plan } = judge(machine(program(exe), [program(exe, "--type=renderer")]));
      expect(findings).toEqual([]);
      expect(plan.terminate).toEqual([]);
    });

    test(`${exe} is responsible for the Claude Code that it runs`, () => {
      const { findings, plan } = judge(machine(program(exe), [
        program("C:\\Users\\lea\\AppData\\Roaming\\Claude\\claude-code\\2.1.260\\claude.exe", "--verbose"),
      ]));
      expect(findings.map(({ verdict }) => verdict)).toEqual(["owned"]);
      expect(plan.terminate).toEqual([]);
    });
  }

  test("the Claude Code that it left is one", () => {
    const exe =
      "C:\\Users\\lea\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude-code\\2.1.260\\claude.exe";
    expect(judge(machine(program(exe))).plan.terminate).toEqual([ROOT]);
  });
});

describe("a server that listens and whose creator is dead", () => {
  const server = {
    ...program("C:\\Program Files\\nodejs\\node.exe"),
    argv: ["node", "C:\\u\\node_modules\\mcp-files\\dist\\index.js"],
  };
  test("is not orphaned for being idle", () => {
    expect(judge(machine({ ...server, listening: [8931], clients: [] })).findings[0]?.verdict).toBe("unsure");
  });
  test("ends where a parent that is gone is said to be enough", () => {
    expect(judge(machine({ ...server, listening: [8931], clients: [] }), "adopted").plan.terminate).toEqual([ROOT]);
  });
  test("that listens on nothing is an orphan", () => {
    expect(judge(machine({ ...server, listening: [] })).plan.terminate).toEqual([ROOT]);
    expect(judge(machine(server)).plan.terminate).toEqual([ROOT]);
  });
});

test("a record that names the process as its own creator tells nothing", () => {
  const { plan, findings } = judge(
    machine({ ...program("C:\\Users\\lea\\.local\\bin\\claude.exe", "-p", "x"), ppid: ROOT }),
  );
  expect(findings[0]?.verdict).toBe("spared");
  expect(plan.terminate).toEqual([]);
});
