import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { machineFrom } from "../../plugins/backends/replay/index.ts";
import json from "../../plugins/reporters/json.ts";
import ndjson from "../../plugins/reporters/ndjson.ts";
import text from "../../plugins/reporters/text/index.ts";
import type { Format, Policy, Process, Reporter, Result } from "../../src/contract.ts";
import { run } from "../../src/engine.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Report } from "../../src/report.ts";
import type { Snapshot } from "../../src/snapshot.ts";
import { width } from "../../src/text.ts";
import { CHILD, lostServer, ordinary, ORPHAN, world } from "../support/world.ts";

const NOTHING = { terminate: [], remove: [], unregister: [] };
const NOWHERE = { now: (): number => 0, sleep: (): Promise<void> => Promise.resolve() };

function reportOf(snapshot: Snapshot, more: Partial<Report> = {}): Promise<Report> {
  return run({
    command: "scan",
    machine: machineFrom(snapshot),
    plugins: builtin(),
    policy: defaultPolicy,
    scope: "all",
    dryRun: false,
    clock: NOWHERE,
  }).then((report) => ({ ...report, backend: "procfs", ...more }));
}

function format(columns = 80, more: Partial<Format> = {}): Format {
  return { columns, colour: false, all: false, ...more };
}

const healthy: readonly Process[] = [
  ordinary(6000, {
    ppid: 800,
    name: "claude",
    argv: ["claude"],
    exe: "/home/lea/.local/share/claude/versions/2.1.200",
  }),
];

describe("text", () => {
  test("shows a tree, why, and what to do", async () => {
    expect(text.render(await reportOf(world()), format())).toBe(
      [
        "    PID  AGE          MEMORY  COMMAND",
        "orphan  claude server · proven · 2 processes, 95 MiB",
        "  its parent is gone: adopted by the user manager (pid 500); nobody holds the",
        "  other end of its stdin",
        "   4200  2 h 59 min   48 MiB  claude mcp serve",
        "   4201  2 h 59 min   48 MiB  └─ sleep 9",
        "",
        "1 tree that nobody is responsible for: 2 processes, 95 MiB. To end it:",
        "agent-reaper reap",
        "",
      ].join("\n"),
    );
  });

  test("names the options that end exactly these", async () => {
    const policy = { ...defaultPolicy, allUsers: true, hostNamespaces: true };
    const shown = text.render(await reportOf(world(), { policy }), format(120));
    expect(shown).toContain("To end it: agent-reaper reap --all-users --host-namespaces\n");
    const other = {
      ...defaultPolicy,
      minAgeMs: 0,
      maxAgeMs: 5_400_000,
      confidence: "proven",
      only: ["claude"],
    } as const;
    expect(text.render(await reportOf(world(), { policy: other }), format(200))).toContain(
      "To end it: agent-reaper reap --min-age 0s --max-age 1h30m --confidence proven --only claude\n",
    );
    const again = { ...format(200), again: ["--plugin 'my \x1b.js'"] };
    expect(text.render(await reportOf(world()), again)).toContain("reap --plugin 'my \\x1b.js'\n");
  });

  test("gives the command the room on a narrow terminal", async () => {
    const argv = ["node", "/home/lea/.npm/_npx/1bc0bf3c9fc20b72/node_modules/.bin/mcp-server-sequential"];
    const lines = text.render(
      await reportOf(world([lostServer[0] as Process, ordinary(CHILD, { ppid: ORPHAN, argv })])),
      format(60),
    )
      .split("\n");
    expect(lines).toContain("   4201  2 h     48 MiB  └─ node …/mcp-server-sequential");
    const wide = text.render(
      await reportOf(world([lostServer[0] as Process, ordinary(CHILD, { ppid: ORPHAN, argv })])),
      format(200),
    );
    expect(wide).toContain("└─ node ~/.npm/_npx/1bc0bf3c9fc20b72/node_modules/.bin/mcp-server-sequential");
  });

  test("says in one line that there is nothing", async () => {
    expect(text.render(await reportOf(world([])), format())).toBe("Nothing to reap: no agents among 4 processes.\n");
    expect(text.render(await reportOf(world(healthy)), format())).toBe(
      "Nothing to reap: the one tree of an agent here stays.\n" +
        "1 tree of an agent stays (1 owned); to see it: --all\n",
    );
  });

  test("who was not asked for is told apart from who stays for a reason", async () => {
    const asked = async (policy: Partial<Policy>) =>
      text.render(await reportOf(world(), { plan: NOTHING, policy: { ...defaultPolicy, ...policy } }), format());
    const stays = "1 tree of an agent stays (1 orphan not asked for); to see it: --all\n";
    expect(await asked({ only: ["codex"] })).toEndWith(stays);
    expect(await asked({ pids: [800] })).toEndWith(stays);
  });

  test("--all shows those that stay, after those that go", async () => {
    const shown = text.render(await reportOf(world([...healthy, ...lostServer])), format(80, { all: true }));
    expect(shown.indexOf("orphan  ")).toBeLessThan(shown.indexOf("owned  "));
    expect(shown).toContain("   6000  ");
    expect(shown).not.toMatch(/to see (?:it|them)/);
  });

  test("colours only when asked", async () => {
    const report = await reportOf(world());
    const coloured = text.render(report, format(80, { colour: true }));
    expect(coloured).toContain("\x1b[31morphan\x1b[39m");
    expect(Bun.stripANSI(coloured)).toBe(text.render(report, format()));
  });

  test("of many members it shows the first, unless all are wanted", async () => {
    const many = [lostServer[0] as Process];
    for (let pid = 7000; pid < 7040; pid++) many.push(ordinary(pid, { ppid: ORPHAN }));
    const report = await reportOf(world(many));
    expect(text.render(report, format())).toContain("… and 29 processes, 1.4 GiB more");
    expect(text.render(report, format(80, { all: true }))).toContain("7039");
  });

  test("a tree deeper than the page is still drawn", async () => {
    const deep = [lostServer[0] as Process];
    for (let depth = 1; depth < 300; depth++) deep.push(ordinary(ORPHAN + depth, { ppid: ORPHAN + depth - 1 }));
    const lines = text.render(await reportOf(world(deep)), format(60, { all: true })).split("\n");
    expect(lines.filter((line) => line.includes("prog"))).toHaveLength(299);
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(60);
  });

  test("names what is not known as such", async () => {
    const { argv: _, rss: __, startedAt: ___, ...unknown } = ordinary(CHILD, { ppid: ORPHAN, exe: null, name: "x" });
    const shown = text.render(await reportOf(world([lostServer[0] as Process, unknown])), format());
    expect(shown).toContain("   4201                       └─ [x]\n");
  });

  test("an argument with blanks is quoted so that it reads as it was written", async () => {
    const shown = async (argument: string) => {
      const child = ordinary(CHILD, { ppid: ORPHAN, name: "sh", argv: ["sh", "-c", argument], exe: "/usr/bin/dash" });
      return text.render(await reportOf(world([lostServer[0] as Process, child])), format(120));
    };
    expect(await shown("sleep 9")).toContain("└─ sh -c 'sleep 9'\n");
    expect(await shown("'pi' --mode rpc")).toContain(`└─ sh -c "'pi' --mode rpc"\n`);
    expect(await shown("'pi' $HOME")).toContain(`└─ sh -c ''\\''pi'\\'' $HOME'\n`);
  });

  test("a dry run says that nothing was touched", async () => {
    const results: Result[] = [{ pid: ORPHAN, outcome: "planned" }];
    const shown = text.render(await reportOf(world(), { command: "reap", dryRun: true, results }), format());
    expect(shown.replaceAll("\n", " ")).toContain("A dry run: nothing was touched.");
    expect(shown).toContain("orphan  ");
  });

  test("after the act it tells of what did not simply end", async () => {
    const results: Result[] = [
      { pid: ORPHAN, outcome: "killed" },
      { pid: CHILD, outcome: "denied", because: "the system refused (EPERM)" },
      { path: "/home/lea/.cache/codex-home-1", outcome: "removed", freedBytes: 2048 },
    ];
    const report = await reportOf(world(), { command: "reap", results });
    expect(text.render(report, format())).toBe(
      [
        "denied  4201 sleep 9: the system refused (EPERM)",
        "Ended 1 process (1 by force) that held 48 MiB; removed 1 leftover, 2.0 KiB on",
        "disk.",
        "1 is left.",
        "",
      ].join("\n"),
    );
    expect(text.render(report, format(80, { all: true }))).toContain("killed  4200 claude mcp serve\n");
  });

  test("warnings and limits are told", async () => {
    const report = await reportOf(world(), {
      warnings: ["a matcher may be out of date"],
      limits: [{ what: "processes of other users", because: "hidepid", remedy: "use sudo" }, {
        what: "x",
        because: "y",
      }],
    });
    const shown = text.render(report, format());
    expect(shown).toContain("warning  a matcher may be out of date\n");
    expect(shown).toContain("not seen  processes of other users (hidepid): use sudo\n");
    expect(shown).toContain("not seen  x (y)\n");
  });

  test("leftovers are listed with their size", async () => {
    const report = await reportOf(world([]), {
      leftovers: [{
        leftover: { path: "/home/lea/.cache/codex-home-4711", kind: "directory", bytes: 18_234 },
        matcher: "codex-home",
        family: "codex",
        verdict: "leftover",
        because: "its process 4711 is gone",
      }],
      plan: { terminate: [], remove: ["/home/lea/.cache/codex-home-4711"], unregister: [] },
    });
    const shown = text.render(report, format());
    expect(shown).toContain(
      "leftover  codex · 1 directory, 18 KiB\n  18 KiB  ~/.cache/codex-home-4711\n          its process 4711 is gone\n",
    );
    expect(shown).toContain("1 leftover on disk, 18 KiB. To remove it: agent-reaper reap\n");
  });

  test("of thousands of leftovers the largest are shown, and what stays is counted", async () => {
    const paths = Array.from({ length: 5_000 }, (_, at) => `/tmp/sqlite-graphrag-spawn-${at + 1}`);
    const finding = { family: "x", matcher: "m", because: "gone" } as const;
    const report = await reportOf(world([]), {
      leftovers: [
        ...paths.map((path, at) => ({
          leftover: { path, kind: "directory", bytes: 1024 * (at + 1) } as const,
          ...finding,
          verdict: "leftover" as const,
        })),
        { leftover: { path: "/tmp/a", kind: "file" }, ...finding, verdict: "unsure" },
        { leftover: { path: "/tmp/l", kind: "file" }, ...finding, verdict: "leftover", onlyWhenNamed: true },
      ],
      plan: { terminate: [], remove: paths, unregister: [] },
    });
    const shown = text.render(report, format(60));
    expect(shown).toContain("leftover  x · 5000 directories, 12 GiB\n 4.9 MiB  /tmp/sqlite-graphrag-spawn-5000\n");
    expect(shown).toContain("… and 4997 more; to see them: --all\n");
    expect(shown).toContain("1 leftover on disk stays (1 unsure); to see why: --all\n");
    expect(shown).toContain("1 more of a dead agent's goes only by name: --only m\n");
    expect(shown.split("\n").length).toBeLessThan(16);
    expect(Math.max(...shown.split("\n").map(width))).toBeLessThanOrEqual(60);
    expect(text.render(report, format(60, { all: true }))).toContain("unsure  x · 1 file\n");
  });

  test("what one full disk said of a thousand leftovers is said once", async () => {
    const of = (name: string, outcome: Result["outcome"], because: string): Result => ({
      path: `/tmp/${name}`,
      outcome,
      because,
    });
    const results = [
      ...Array.from({ length: 1_000 }, (_, at) => of(`x${at}`, "failed", "no space left")),
      of("y", "denied", "permission denied"),
    ];
    expect(text.render(await reportOf(world([]), { results }), format())).toBe(
      [
        "failed  /tmp/x0 and 999 beside it: no space left",
        "denied  /tmp/y: permission denied",
        "Nothing was taken away.",
        "1001 are left.",
        "",
      ].join("\n"),
    );
  });
});

describe("json", () => {
  test("has the documented fields in their order, and no others", async () => {
    const results: Result[] = [{ pid: ORPHAN, outcome: "planned", startToken: "1" }];
    const document = JSON.parse(json.render(await reportOf(world(), { results }), format())) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual([
      ...["schemaVersion", "version", "command", "dryRun", "capturedAt", "backend", "host", "viewer", "policy", "seen"],
      ...["plan", "findings", "leftovers", "registered", "results", "limits", "warnings"],
    ]);
    expect(document["schemaVersion"]).toBe(1);
    expect(document["plan"]).toEqual({ terminate: [ORPHAN, CHILD], remove: [], unregister: [] });
    const [finding] = document["findings"] as Record<string, unknown>[];
    expect(Object.keys(finding as object)).toEqual([
      ...["pid", "verdict", "confidence", "matcher", "family", "role", "claimedBecause", "because", "responsible"],
      ...["gates", "processes"],
    ]);
    const [root] = finding?.["processes"] as Record<string, unknown>[];
    expect(Object.keys(root as object)).toEqual([
      ...["pid", "ppid", "name", "argv", "exe", "uid", "startedAt", "startToken", "ageMs", "state", "tty", "rssBytes"],
      ...["cpuSeconds", "cwd", "cwdDeleted", "supervisor"],
    ]);
    expect(document["results"]).toEqual([{ pid: ORPHAN, startToken: "1", outcome: "planned" }]);
  });

  test("is the same text for the same report", async () => {
    expect(json.render(await reportOf(world()), format())).toBe(json.render(await reportOf(world()), format()));
  });

  test("known to be none is null, not known is absent", async () => {
    const { exe: _, ...unknown } = ordinary(CHILD, { ppid: ORPHAN, tty: null });
    const report = await reportOf(world([lostServer[0] as Process, unknown]));
    const document = JSON.parse(json.render(report, format())) as {
      findings: { processes: Record<string, unknown>[] }[];
    };
    const child = document.findings[0]?.processes[1] as Record<string, unknown>;
    expect(child["tty"]).toBeNull();
    expect("exe" in child).toBe(false);
  });
});

describe("ndjson", () => {
  test("is one object a line, the summary last", async () => {
    const results: Result[] = [{ pid: ORPHAN, outcome: "ended" }];
    const lines = ndjson.render(await reportOf(world([...healthy, ...lostServer]), { results }), format()).trimEnd()
      .split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type }) => type)).toEqual(["finding", "finding", "result", "summary"]);
    expect(lines.at(-1)?.["plan"]).toEqual({ terminate: [ORPHAN, CHILD], remove: [], unregister: [] });
  });
});

/** What a terminal acts upon. */
// deno-lint-ignore no-control-regex -- these are what is looked for
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/;

/** Surrogates in pairs are letters. */
function isSafe(shown: string): boolean {
  return Array.from(shown).every((character) => character.length === 2 || !UNSAFE.test(character));
}

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("\x1b[2J", "\u202eevil", "a\nb", "\x9b31m", "x".repeat(5000), "", " ", "a) Z 1 (", "/\x1b]0;x\x07/y"),
);

test.each<[Reporter]>([[text], [json], [ndjson]])(
  "$name: nothing that others wrote acts upon a terminal",
  async (reporter) => {
    const base = await reportOf(world());
    fc.assert(
      fc.property(
        fc.array(hostile, { maxLength: 5 }),
        hostile,
        fc.integer({ min: 60, max: 200 }),
        fc.boolean(),
        (argv, word, columns, all) => {
          const member: Process = { ...lostServer[0] as Process, argv, name: word, exe: word, cwd: word };
          const [found] = base.findings;
          if (found === undefined) throw new Error("nothing was found");
          const finding = {
            ...found,
            root: member,
            members: [member],
            because: word,
            claim: { ...found.claim, family: word },
          };
          const report: Report = {
            ...base,
            findings: [finding],
            results: all ? [{ pid: ORPHAN, outcome: "failed", because: word }, { path: word, outcome: "removed" }] : [],
            warnings: [word],
            limits: [{ what: word, because: word, remedy: word }],
            host: { ...base.host, hostname: word },
          };
          const shown = reporter.render(report, format(columns, { all }));
          expect(isSafe(shown)).toBe(true);
          if (reporter === text) {
            for (const line of shown.split("\n")) {
              expect(width(line)).toBeLessThanOrEqual(columns);
            }
          } else if (reporter === json) expect((JSON.parse(shown) as Report).warnings).toEqual([word]);
        },
      ),
      { numRuns: 400 },
    );
  },
);
