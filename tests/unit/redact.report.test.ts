import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { withoutPeople } from "../../src/redact/identity.ts";
import { clean, redactReport, redactSnapshot } from "../../src/redact/report.ts";
import type { Report } from "../../src/report.ts";
import { formatSnapshot, parseSnapshot } from "../../src/snapshot/file.ts";
import type { Snapshot } from "../../src/snapshot.ts";
import { ordinary, world } from "../support/world.ts";

const CASES = join(import.meta.dir, "..", "corpus", "cases");
const plugins = builtin();

function terminate(snapshot: Snapshot): readonly number[] {
  return classify(snapshot, plugins, defaultPolicy).plan.terminate;
}

describe("a redacted snapshot is judged as the original", () => {
  const names = readdirSync(CASES).filter((file) => file.endsWith(".json") && !file.endsWith(".expect.json"));
  test.each(names)("%s", (name) => {
    const snapshot = parseSnapshot(readFileSync(join(CASES, name), "utf8"), name);
    const redacted = withoutPeople(redactSnapshot(snapshot));
    expect(terminate(redacted)).toEqual(terminate(snapshot));
    expect(terminate(parseSnapshot(formatSnapshot(redacted), name))).toEqual(terminate(snapshot));
  });
  test("there are cases", () => expect(names.length).toBeGreaterThan(40));
});

const TOLD: Snapshot = world([
  ordinary(4200, {
    argv: ["claude", "-p", "why does my diary.txt not open", "--api-key", "SECRET1"],
    env: { CLAUDE_PID: "77", MY_TOKEN: "SECRET2", CODEX_HOME: "/home/lea/.codex" },
    cwd: "/home/lea/src",
    exe: "/home/lea/.local/bin/claude",
  }),
  ordinary(4300, { argv: ["node", "/home/tom/x.js", "postgres://u:SECRET3@db/x"], cwd: "/home/tom" }),
], {
  files: { "/home/lea/.claude/daemon/roster.json": '{"pid":77,"authToken":"SECRET4","cwd":"/home/lea/src"}' },
  leftovers: [{ path: "/home/lea/.cache/codex-home-1", kind: "directory", content: "GITHUB_TOKEN=SECRET5" }],
});

test("redactSnapshot() leaves no secret, and files stay JSON", () => {
  const text = formatSnapshot(redactSnapshot(TOLD));
  expect(text).not.toContain("SECRET");
  const file = redactSnapshot(TOLD).files?.["/home/lea/.claude/daemon/roster.json"];
  expect(JSON.parse(file as string)).toEqual({ pid: 77, authToken: "[redacted]", cwd: "/home/lea/src" });
  expect(text).toContain("/home/lea/src");
});

test("redactSnapshot() leaves files without secrets as they are written", () => {
  const roster = '{ "workers": [ {"pid": 1} ] }\n';
  expect(redactSnapshot(world([], { files: { "/r.json": roster } })).files).toEqual({ "/r.json": roster });
});

test("withoutPeople() takes names of users, the host's name and what was written to agents", () => {
  const redacted = withoutPeople(redactSnapshot(TOLD));
  const text = formatSnapshot(redacted);
  for (const told of ["lea", "tom", "diary", "lab"]) expect(text).not.toContain(told);
  expect(redacted.viewer.home).toBe("/home/user1");
  expect(redacted.processes.find(({ pid }) => pid === 4200)?.argv).toEqual([
    ...["claude", "-p", "[text of 30 characters]", "--api-key", "[redacted]"],
  ]);
  expect(redacted.processes.find(({ pid }) => pid === 4300)?.cwd).toBe("/home/user2");
  expect(Object.keys(redacted.files ?? {})).toEqual(["/home/user1/.claude/daemon/roster.json"]);
});

test("withoutPeople() takes whole names, and what points at a person or the machine from arguments", () => {
  const argv = [
    ...[
      "claude",
      "--prompt=about my diary",
      "-p",
      "x",
      "ann.lee@mail.example.org",
      "ssh://git@lab:22/x",
      "//lab.lan/x",
    ],
    ...["C:\\Users\\Carol Smith\\x", "/home/jean-luc/x", "-home-jean-luc-x", "-home-ida-y", "C:\\Users\\bob"],
    ...["@lab/server@1.2.3", "server@latest", "user@1000.service", "lab"],
  ];
  const { processes } = withoutPeople(world([ordinary(4200, { argv })]));
  expect(processes.find(({ pid }) => pid === 4200)?.argv).toEqual([
    ...["claude", "--prompt=[text of 14 characters]", "-p", "x", "[address]", "ssh://git@host:22/x", "//host.lan/x"],
    ...["C:\\Users\\user2\\x", "/home/user3/x", "-home-user3-x", "-home-user4-y", "C:\\Users\\user5"],
    ...["@lab/server@1.2.3", "server@latest", "user@1000.service", "lab"],
  ]);
});

test("withoutPeople() takes names from homes that lie elsewhere, where somebody says that they do", () => {
  const argv = ["-I/nfs/homes/lea/x.js", "-nfs-homes-lea-x", "HOME=/u/tom", "/nfs/homes/leander", "/nfs/homes/lea-ann"];
  const snapshot = world([
    ordinary(4200, { argv, cwd: "/nfs/homes/lea" }),
    ordinary(4300, { env: { HOME: "/u/tom" }, cwd: "/u/tom/src", argv: ["/opt/agents/bin/x"] }),
    ordinary(4400, { env: { HOME: "/opt/agents" } }),
  ], {
    viewer: { pid: 900, uid: 1000, home: "/nfs/homes/lea", elevated: false },
    files: { "/nfs/homes/lea/.claude/daemon/roster.json": "{}" },
  });
  const { viewer, processes, files } = withoutPeople(snapshot);
  const of = (pid: number) => processes.find((process) => process.pid === pid);
  expect(viewer.home).toBe("/nfs/homes/user1");
  expect(Object.keys(files ?? {})).toEqual(["/nfs/homes/user1/.claude/daemon/roster.json"]);
  expect(of(4200)?.argv).toEqual([
    ...["-I/nfs/homes/user1/x.js", "-nfs-homes-user1-x", "HOME=/u/user2", "/nfs/homes/leander", "/nfs/homes/lea-ann"],
  ]);
  expect([of(4300)?.cwd, of(4300)?.env, of(4300)?.argv]).toEqual([
    ...["/u/user2/src", { HOME: "/u/user2" }, ["/opt/agents/bin/x"]],
  ]);
});

test("withoutPeople() takes what people wrote from files of vendors, and leaves what verdicts rest on", () => {
  const session = (text: string, mail: string) =>
    '{"pid":77,"procStart":"Tue Aug 25 05:53:49 2026","cwd":"/home/a b","two words":true,' +
    `"dispatch":{"prompt":"${text}","by": "${mail}"},"kind":"background"}`;
  const file = "/data/claude/sessions/77.json";
  const { files } = withoutPeople(world([], {
    files: {
      [file]: session('why does my \\"diary\\" not open', "ann.lee@mail.example.org"),
      "/data/app.pid": "77 8",
      "/data/torn.json": '{"prompt":"why does my diary',
    },
  }));
  expect(files).toEqual({
    [file]: session("[text of 30 characters]", "[address]").replace("/home/a b", "/home/user2 b"),
    "/data/app.pid": "77 8",
    "/data/torn.json": '{"prompt":"[text of 17 characters]',
  });
  expect(() => JSON.parse(files?.[file] ?? "")).not.toThrow();
});

test("withoutPeople() keeps users of Windows apart", () => {
  const snapshot = world([ordinary(8, { uid: "Ann" }), ordinary(9, { uid: "bob", cwd: "C:\\Users\\bob\\x" })], {
    viewer: { pid: 900, uid: "ann", home: "C:\\Users\\Ann", elevated: false },
  });
  const { viewer, processes } = withoutPeople(snapshot);
  const uidOf = (pid: number) => processes.find((process) => process.pid === pid)?.uid;
  expect(uidOf(8)).toBe(viewer.uid);
  expect(uidOf(9)).not.toBe(viewer.uid);
  expect(JSON.stringify({ viewer, processes })).not.toMatch(/Ann|bob/i);
});

test("redactReport() drops environments and hides secrets wherever they stand", () => {
  const report = { findings: [{ root: TOLD.processes.at(-2), because: "it was told --token SECRET6" }] };
  const text = JSON.stringify(redactReport(report as unknown as Report));
  expect(text).not.toContain("SECRET");
  expect(text).not.toContain("CODEX_HOME");
  expect(text).toContain("--token [redacted]");
});

test("clean() survives a field called __proto__", () => {
  const value: unknown = JSON.parse('{"__proto__":{"x":"y"},"argv":["--token","x"]}');
  expect(JSON.stringify(clean(value))).toBe('{"__proto__":{"x":"y"},"argv":["--token","[redacted]"]}');
});

test("clean() leaves out what it is told to, whatever it holds", () => {
  const kept = { name: "node" };
  expect(clean({ ...kept, pid: 4200, env: { A: "b" } }, new Set(["pid", "env"]))).toEqual(kept);
});
