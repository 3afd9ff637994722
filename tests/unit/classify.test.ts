import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classify, endingOf } from "../../src/classify.ts";
import { explain } from "../../src/explain.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { Table } from "../../src/table.ts";
import { parseSnapshot } from "../../src/snapshot/file.ts";
import type { Policy, Process, Snapshot } from "../../src/contract.ts";
import { warningsOf } from "../../src/warnings.ts";
import { changed, CHILD, lostServer, ordinary, ORPHAN, world } from "../support/world.ts";

const plugins = builtin();
const judge = (policy: Partial<Policy>, snapshot = world()) =>
  classify(snapshot, plugins, { ...defaultPolicy, ...policy });

describe("the plan", () => {
  test("of pids is these and what is below them", () => {
    const grandchild = ordinary(4202, { ppid: CHILD });
    const tree = world([...lostServer, grandchild]);
    expect(judge({ pids: [CHILD] }, tree).plan.terminate).toEqual([CHILD, 4202]);
    expect(judge({ pids: [ORPHAN] }, tree).plan.terminate).toEqual([ORPHAN, CHILD, 4202]);
    expect(judge({ pids: [500] }, tree).plan.terminate).toEqual([]);
    expect(judge({ pids: [500, 4202] }, tree).plan.terminate).toEqual([4202]);
  });

  test("of one matcher is this matcher's alone", () => {
    expect(judge({ only: ["claude"] }).plan.terminate).toEqual([ORPHAN, CHILD]);
    expect(judge({ only: ["codex"] }).plan.terminate).toEqual([]);
  });

  test("holds nothing of a matcher that only tells, asked for or not; what it found stays an orphan", () => {
    const reportOnly = ["claude"];
    for (const policy of [{ reportOnly }, { reportOnly, only: ["claude"] }, { reportOnly, pids: [ORPHAN] }]) {
      const { plan, findings } = judge(policy);
      expect(plan.terminate).toEqual([]);
      expect(findings.find(({ root }) => root.pid === ORPHAN)?.verdict).toBe("orphan");
    }
    expect(judge({ reportOnly: ["codex"] }).plan.terminate).toEqual([ORPHAN, CHILD]);
  });

  test.each([
    ["linux-first-commands-hours-later", 2010],
    ["windows-background-of-a-living-agent", 3021],
  ])("leaves to an orphan that is only told what it holds: %s", (name, held) => {
    const path = join(import.meta.dir, "../corpus/cases", `${name}.json`);
    const table = parseSnapshot(readFileSync(path, "utf8"), name);
    expect(judge({}, table).plan.terminate).toContain(held);
    const { plan, findings } = judge({ reportOnly: ["claude"] }, table);
    expect(findings.find(({ root }) => root.pid === held)?.matcher).not.toBe("claude");
    expect(plan.terminate).not.toContain(held);
  });

  test("of a tree that has grown leaves to an orphan that is only told what it holds, too", () => {
    const gone = { kind: "socket", peer: "gone" } as const;
    const tracer = ordinary(4300, {
      name: "codex",
      argv: ["codex", "app-server"],
      exe: "/usr/bin/codex",
      stdio: [{ fd: 0, ...gone }, { fd: 1, ...gone }, { fd: 2, ...gone }],
    });
    const table = world([...lostServer, tracer]);
    const root = table.processes.find(({ pid }) => pid === ORPHAN) as Process;
    const traced = ordinary(4202, { ppid: ORPHAN, tracer: tracer.pid });
    const grown = new Table({ ...table, processes: [...table.processes, traced] });
    expect(judge({}, table).again(root, grown)).toBe("orphan");
    expect(judge({ reportOnly: ["codex"] }, table).again(root, grown)).toBe("unsure");
  });

  test("leaves zombies out: nobody can signal them", () => {
    const withZombie = world(changed({}, { state: "Z", threads: 1, argv: null, exe: null }));
    expect(judge({}, withZombie).plan.terminate).toEqual([ORPHAN]);
  });

  test("is what the findings that end hold", () => {
    const { findings, plan } = judge({});
    expect(endingOf(findings, defaultPolicy).flatMap((finding) => finding.members.map((member) => member.pid))).toEqual(
      [...plan.terminate],
    );
  });

  for (const [confidence, ends] of [["adopted", true], ["likely", false], ["proven", false]] as const) {
    test(`at ${confidence} ${ends ? "ends" : "keeps"} what has lost its parent and nothing else`, () => {
      const stdio = [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }] as const;
      expect(judge({ confidence }, world(changed({ stdio }))).plan.terminate.length > 0).toBe(ends);
    });
  }
});

describe("on a Mac of which ps alone told, who lost its parent stays while its process group is led by somebody alive", () => {
  const run = ordinary(ORPHAN, { name: "2.1.200", argv: ["claude", "-p", "x"], ppid: 1, pgid: 700 });
  const leader = ordinary(700, { name: "bash", argv: ["bash", "nightly.sh"], exe: "/bin/bash" });
  const { argv: _, ...unread } = leader;
  const app = "/Applications/Visual Studio Code.app/Contents/MacOS/Electron";
  const rows: readonly (readonly [string, Process | undefined, boolean])[] = [
    ["a script", leader, true],
    ["nobody", undefined, false],
    ["a zombie", { ...leader, state: "Z", threads: 1 }, false],
    ["who looks younger, for the clock was set back", { ...leader, startedAt: (run.startedAt ?? 0) + 5000 }, true],
    ["an application", { ...leader, name: "Electron", argv: app.split(" ") }, false],
    ["another orphan", { ...leader, name: "2.1.200", argv: ["claude"], ppid: 1 }, false],
    ["what may be an application, as far as could be read", { ...unread, name: "java" }, true],
  ];
  for (const [who, led, stays] of rows) {
    test(who, () => {
      const there = world([run, ...(led === undefined ? [] : [led])]);
      const told = there.processes.map(({ exe: _, stdio: __, ...process }) => process);
      const mac = { ...there, host: { ...there.host, platform: "darwin" as const }, processes: told };
      expect(judge({}, mac).plan.terminate.includes(ORPHAN)).toBe(!stays);
    });
  }
});

describe("explain()", () => {
  test("asks every guard and every proof, also for what stays", () => {
    const told = explain(world(changed({ ignoresHangup: true })), ORPHAN, plugins, defaultPolicy);
    const names = new Set(told?.gates.map((gate) => gate.name));
    expect([...plugins.guards, ...plugins.proofs].map((gate) => gate.name).filter((name) => !names.has(name))).toEqual(
      [],
    );
    expect(told?.verdict).toBe("spared");
  });
  test("of a member tells its root", () =>
    expect(explain(world(), CHILD, plugins, defaultPolicy)?.root?.pid).toBe(ORPHAN));
  test("of a stranger says that nobody claims it", () =>
    expect(explain(world(), 800, plugins, defaultPolicy)?.verdict).toBe("untouched"));
  test("of one that could not be read does not say that it is no agent's", () => {
    const { argv: _, ...unasked } = ordinary(900);
    const unread = { ...unasked, unread: { argv: "EACCES" } };
    const because = (process: Process, policy: Partial<Policy> = {}) =>
      explain(world([process]), 900, plugins, { ...defaultPolicy, ...policy })?.because;
    expect(because({ ...unasked, uid: 0 })).toContain("another user's (0)");
    expect(because({ ...unread, uid: 0 }, { allUsers: true })).toContain("could not be read");
    expect(because(unread)).toContain("could not be read");
    // Whose name is no agent's is not read.
    expect(because(unasked)).toContain("no matcher claims it");
    expect(because(ordinary(900))).toContain("no matcher claims it");
  });
  test("of nobody is undefined", () => expect(explain(world(), 77, plugins, defaultPolicy)).toBeUndefined());
});

describe("warnings", () => {
  test("an agent's executable that no matcher claims: a matcher went blind", () => {
    const blind = { ...plugins, matchers: plugins.matchers.filter((matcher) => matcher.name !== "claude") };
    expect(warningsOf(classify(world(changed({ argv: ["claude"] })), blind, defaultPolicy), defaultPolicy)[0])
      .toContain(String(ORPHAN));
    expect(warningsOf(judge({}), defaultPolicy)).toEqual([]);
  });

  const told = (exe: string, argv: readonly string[]) =>
    warningsOf(
      classify(world([ordinary(ORPHAN, { exe, argv, name: argv[0] ?? "" })]), plugins, defaultPolicy),
      defaultPolicy,
    );

  test("a vendor's script under a new name, and a program in a new place of theirs", () => {
    const node = "/usr/bin/node";
    for (
      const script of [
        "/usr/lib/node_modules/@google/gemini-cli/dist/next/main.mjs",
        "/h/.npm-global/lib/node_modules/@anthropic-ai/claude-code/start.mjs",
      ]
    ) {
      expect(told(node, ["node", script])).toEqual([expect.stringContaining("a matcher may be out of date")]);
    }
    expect(told(node, ["node", "/usr/lib/node_modules/@google/gemini-cli/node_modules/ripgrep/index.js"])).toEqual([]);
    expect(told("/usr/lib/node_modules/@anthropic-ai/claude-code/vendor/ripgrep/rg", ["rg", "x"])).toEqual([]);
  });

  test("what is only called like an agent is none that a matcher missed", () => {
    for (
      const exe of [
        "/opt/Claude/claude",
        "C:\\Users\\m\\AppData\\Local\\AnthropicClaude\\app-1.2.3\\claude.exe",
        "/usr/local/bin/goose",
        "/usr/local/bin/copilot",
        "/opt/codex-desktop/codex",
      ]
    ) expect(told(exe, [exe, "--type=renderer"])).toEqual([]);
  });
  test("more trees than the limit", () => {
    const two = world([
      ...lostServer,
      ...lostServer.map((process) => ({
        ...process,
        pid: process.pid + 100,
        ppid: process.ppid === ORPHAN ? ORPHAN + 100 : process.ppid,
      })),
    ]);
    expect(warningsOf(judge({ limit: 1 }, two), { ...defaultPolicy, limit: 1 })[0]).toContain("--limit 1");
    expect(warningsOf(judge({ limit: 2 }, two), { ...defaultPolicy, limit: 2 })).toEqual([]);
  });
});

describe("a table that is made for it is judged in no time", () => {
  const onDisplay = (ppidOf: (pid: number) => number) =>
    Array.from({ length: 40_000 }, (_, at) => 50_000 + at).map((pid) =>
      ordinary(pid, { ppid: ppidOf(pid), display: "/tmp/.X11-unix/X99" })
    );
  const tables: readonly (readonly [string, Snapshot])[] = [
    ["40,000 on a display side by side", world([...lostServer, ...onDisplay(() => ORPHAN)])],
    [
      "40,000 on a display one below the other",
      world([...lostServer, ...onDisplay((pid) => (pid === 50_000 ? ORPHAN : pid - 1))]),
    ],
    [
      "40,000 that write into the log of the last of them",
      world([
        ...lostServer,
        ...onDisplay(() => ORPHAN).map(({ display: _, ...one }, at) => ({
          ...one,
          stdio: [{ fd: 1, kind: "file", path: "/home/lea/dev.log" }] as const,
          ...(at === 39_999 ? { listening: [3000], clients: [] } : {}),
        })),
      ]),
    ],
    [
      "20,000 one below the other in a service",
      world([
        ordinary(4000, { cgroup: "/user.slice/user-1000.slice/user@1000.service/app.slice/a.service" }),
        ...lostServer,
        ...onDisplay((pid) => (pid === 50_000 ? ORPHAN : pid - 1)).slice(0, 20_000).map((one) => ({
          ...one,
          cgroup: "/user.slice/user-1000.slice/user@1000.service/app.slice/a.service",
        })),
      ]),
    ],
    [
      "20,000 of a CI job whose runner is gone",
      world([
        ...lostServer,
        ...onDisplay(() => ORPHAN).slice(0, 20_000).map((one) => ({ ...one, env: { GITHUB_ACTIONS: "1" } })),
      ]),
    ],
    [
      "a browser with arguments of 400 kB",
      world(
        changed({}, { name: "firefox", argv: ["firefox", "playwright_a".repeat(33_000)], exe: "/usr/bin/firefox" }),
      ),
    ],
  ];
  for (const [name, snapshot] of tables) {
    test(name, () => {
      const began = performance.now();
      judge({}, snapshot);
      expect(performance.now() - began).toBeLessThan(8_000);
    });
  }
});
