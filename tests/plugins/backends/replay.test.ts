import { describe, expect, test } from "bun:test";
import replay, { machineFrom } from "../../../plugins/backends/replay/index.ts";
import { ParseError } from "../../../src/errors.ts";
import { formatSnapshot } from "../../../src/snapshot/file.ts";
import type { Leftover, LeftoverPlace, Snapshot } from "../../../src/contract.ts";

const snapshot: Snapshot = {
  format: "agent-reaper/snapshot@1",
  capturedAt: "2026-08-11T09:00:00.250Z",
  host: { platform: "linux", hostname: "box", bootId: "6f0c" },
  viewer: { pid: 900, uid: 1000, home: "/home/u", elevated: false },
  processes: [{ pid: 1, ppid: 0, name: "systemd" }, { pid: 900, ppid: 1, rss: 4096, argv: ["agent-reaper"] }],
  files: { "/home/u/.claude/daemon/roster.json": "{}" },
};
const open = (more: Partial<Snapshot> = {}) =>
  replay.open({ snapshot: { name: "box.json", text: formatSnapshot({ ...snapshot, ...more }) } });

describe("replay", () => {
  test("shows the machine of the file and nothing of this one", () => {
    const machine = open();
    expect(machine.recorded).toEqual(snapshot);
    expect(machine.host).toEqual(snapshot.host);
    expect(machine.viewer).toEqual(snapshot.viewer);
    expect(machine.now()).toBe(Date.parse("2026-08-11T09:00:00.250Z"));
    expect(machine.variables).toEqual({});
    expect(machine.live).toBe(false);
    expect(machine.list("all")).toEqual([...snapshot.processes]);
    expect(machine.list("adopted")).toHaveLength(2);
  });

  test("hands out drafts of its own: what one reader writes another does not see", () => {
    const machine = open();
    for (const draft of machine.list("all")) draft.name = "changed";
    expect(machine.list("all").map((draft) => draft.name)).toEqual(["systemd", undefined]);
  });

  test("has the files that were recorded, and no others", () => {
    const machine = open();
    expect(machine.file("/home/u/.claude/daemon/roster.json")).toBe("{}");
    for (const path of ["/etc/passwd", import.meta.path, "constructor", "__proto__"]) {
      expect(machine.file(path)).toBeUndefined();
    }
  });

  test("refuses every hold", () => {
    const machine = open();
    for (const process of machine.list("all")) {
      expect(machine.hold(process)).toEqual({ refused: "denied", because: "a table from a file cannot be signalled" });
    }
  });

  test("knows an absent pid only where the whole table was taken, or somebody asked", () => {
    expect(open().exists?.(900)).toBe(true);
    expect(open().exists?.(77)).toBe(false);
    const partial = open({ partial: true, absent: [77] });
    expect(partial.exists?.(900)).toBe(true);
    expect(partial.exists?.(77)).toBe(false);
    expect(partial.exists?.(78)).toBeUndefined();
    expect(partial.complete?.()).toBe(false);
  });

  test("a damaged file is a ParseError with its name", () => {
    expect(() => replay.open({ snapshot: { name: "box.json", text: "{" } })).toThrow(ParseError);
    expect(() => replay.open({ snapshot: { name: "box.json", text: "{" } })).toThrow(/^box\.json: /);
    expect(() => replay.open({})).toThrow("--from FILE");
  });
});

describe("replay's leftovers", () => {
  const homes: LeftoverPlace = { base: "/home/u/x", entry: /^codex-home-\d+$/, kind: "directory" };
  const found = (paths: readonly string[], place = homes, kind: Leftover["kind"] = "directory"): string[] =>
    machineFrom({ ...snapshot, leftovers: paths.map((path): Leftover => ({ path, kind })) })
      .leftovers([place]).map((leftover) => leftover.path);

  test("are those directly in the place whose names match", () => {
    expect(found(["/home/u/x/codex-home-7", "/home/u/x/other", "/home/u/x/y/codex-home-7", "/home/u/xy/codex-home-7"]))
      .toEqual(["/home/u/x/codex-home-7"]);
    expect(found(["/home/u/x/codex-home-7"], { ...homes, base: "/home/u/x/" })).toEqual(["/home/u/x/codex-home-7"]);
    expect(found(["/codex-home-7"], { ...homes, base: "/" })).toEqual(["/codex-home-7"]);
    expect(found(["/home/u/x", "/home/u/x/"])).toEqual([]);
  });

  test("are of the place's kind: a link in a directory's place is none", () => {
    expect(found(["/home/u/x/codex-home-7"], homes, "symlink")).toEqual([]);
  });

  test("lie below a Windows path as well", () => {
    const place: LeftoverPlace = { ...homes, base: "C:\\Users\\p\\x" };
    expect(found(["C:\\Users\\p\\x\\codex-home-7", "C:\\Users\\p\\x\\y\\codex-home-7"], place)).toEqual([
      "C:\\Users\\p\\x\\codex-home-7",
    ]);
  });

  test("are found again with a pattern that remembers where it stopped", () => {
    const place: LeftoverPlace = { ...homes, entry: /codex-home-\d+/g };
    const paths = ["/home/u/x/codex-home-7", "/home/u/x/codex-home-8"];
    expect(found(paths, place)).toEqual(paths);
  });
});
