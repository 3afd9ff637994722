import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ParseError } from "../../src/errors.ts";
import { formatSnapshot, parseSnapshot } from "../../src/snapshot/file.ts";
import type { Snapshot } from "../../src/snapshot.ts";

const CASES = join(import.meta.dir, "..", "corpus", "cases");

type Loose = Record<string, unknown>;
const process_ = (more: Loose = {}): Loose => ({ pid: 1, ppid: 0, ...more });
const document = (more: Loose = {}): Loose => ({
  format: "agent-reaper/snapshot@1",
  capturedAt: "2026-08-11T09:00:00.000Z",
  host: { platform: "linux", hostname: "box", bootId: "6f0c" },
  viewer: { pid: 900, uid: 1000, home: "/home/u", elevated: false },
  processes: [process_()],
  ...more,
});
const parse = (value: unknown): Snapshot => parseSnapshot(JSON.stringify(value), "box.json");

function complaint(source: string, name = "box.json"): string {
  try {
    parseSnapshot(source, name);
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
    return (error as ParseError).message;
  }
  throw new Error("it was read");
}
const refused = (value: unknown): string => complaint(JSON.stringify(value));
const refusedProcess = (more: Loose): string =>
  refused(document({ processes: [process_(), process_({ pid: 2, ...more })] }));

describe("parseSnapshot()", () => {
  test("reads the least that a snapshot can be", () => {
    expect(parse(document())).toEqual(document() as unknown as Snapshot);
  });

  test("reads the example of the documentation", () => {
    const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "snapshot-format.md"), "utf8");
    const example = /```json\n([^]*?)```/.exec(page)?.[1] as string;
    expect(parseSnapshot(example, "docs").processes.map((process) => process.pid)).toEqual([1, 900]);
  });

  test("keeps absent absent and null null", () => {
    const [process] = parse(document({ processes: [process_({ argv: null, exe: null, tty: null, supervisor: null })] }))
      .processes;
    expect(process).toEqual({ pid: 1, ppid: 0, argv: null, exe: null, tty: null, supervisor: null });
    expect("rss" in (process as object)).toBe(false);
  });

  test("passes over keys that it does not know, at every depth", () => {
    const later = document({
      mood: "fine",
      processes: [process_({ stdio: [{ fd: 0, kind: "null", hue: 3 }], soul: {} })],
    });
    expect(parse(later).processes).toHaveLength(1);
  });

  test("takes a key named __proto__ for a key that it does not know", () => {
    const source = JSON.stringify(document()).replace('"pid":1', '"pid":1,"__proto__":{"rss":7}');
    expect(parseSnapshot(source, "box.json").processes[0]?.rss).toBeUndefined();
  });

  test("reads a file with a byte order mark", () => {
    expect(parseSnapshot(`\ufeff${JSON.stringify(document())}`, "x").processes).toHaveLength(1);
  });

  const faults: readonly [string, Loose, string][] = [
    ["a text for a number", { pid: "x" }, 'box.json: processes[1].pid: expected an integer, found "x"'],
    ["a fraction", { rss: 1.5 }, "box.json: processes[1].rss: expected an integer, found 1.5"],
    ["a number below zero", { ppid: -4 }, "processes[1].ppid: expected an integer from 0 to 4294967295, found -4"],
    ["a number that a double cannot hold", { rss: 2 ** 53 }, "processes[1].rss: expected an integer"],
    [
      "null where nothing is none",
      { rss: null },
      "processes[1].rss: expected an integer, found null; leave out what is not known",
    ],
    ["an argument that is no text", { argv: ["a", 7] }, "processes[1].argv[1]: expected a string, found 7"],
    [
      "a stream of another kind",
      { stdio: [{ fd: 0, kind: "tube" }] },
      "processes[1].stdio[0].kind: expected one of pipe, socket",
    ],
    [
      "a stream twice",
      { stdio: [{ fd: 0, kind: "null" }, { fd: 0, kind: "tty" }] },
      "processes[1].stdio[1].fd: expected each only once, found 0 again",
    ],
    [
      "a fourth stream",
      { stdio: [{ fd: 3, kind: "null" }] },
      "processes[1].stdio[0].fd: expected an integer from 0 to 2, found 3",
    ],
    ["an empty start", { startToken: "" }, "processes[1].startToken: expected a string that is not empty"],
    ["a state of two letters", { state: "Ss" }, 'processes[1].state: expected one letter, found "Ss"'],
    [
      "a variable that is no text",
      { env: { CLAUDE_PID: 7 } },
      'processes[1].env["CLAUDE_PID"]: expected a string, found 7',
    ],
    ["a pid twice", { pid: 1 }, "processes[1].pid: expected each only once, found 1 again"],
  ];
  for (const [what, more, message] of faults) {
    test(`refuses ${what} and names the place`, () => expect(refusedProcess(more)).toContain(message));
  }

  test("refuses what is missing, by name", () => {
    expect(refused(document({ processes: [{ pid: 1 }] }))).toBe(
      "box.json: processes[0].ppid: expected a value, found none",
    );
    expect(refused({ ...document(), viewer: undefined })).toBe("box.json: viewer: expected a value, found none");
    expect(refused(document({ host: { platform: "plan9", hostname: "b", bootId: "1" } }))).toBe(
      'box.json: host.platform: expected one of linux, darwin, win32, found "plan9"',
    );
  });

  test("refuses a time that is not of UTC, or no time", () => {
    for (const capturedAt of ["2026-08-11T09:00:00+02:00", "2026-13-11T09:00:00Z", "yesterday", 7]) {
      expect(refused(document({ capturedAt }))).toContain("box.json: capturedAt: expected an ISO 8601 time in UTC");
    }
  });

  test("tells another version from no snapshot at all", () => {
    expect(refused(document({ format: "agent-reaper/snapshot@2" }))).toContain("another version wrote it");
    for (const other of [{}, [], 7, null, "x", { format: 3 }]) {
      expect(refused(other)).toContain('format: expected "agent-reaper/snapshot@1", found');
    }
  });

  test("names the line of a damaged process", () => {
    const lines = formatSnapshot(parse(document({ processes: [process_(), process_({ pid: 2 })] }))).split("\n");
    const at = lines.findIndex((line) => line.includes('"pid":2'));
    lines[at] = (lines[at] as string).replace("}", "");
    expect(complaint(lines.join("\n"))).toContain(`box.json: line ${at + 1}: not JSON`);
  });

  test("says what helps with an empty file, a cut one and one in UTF-16", () => {
    expect(complaint("")).toContain("the file is empty; `agent-reaper snapshot` writes a new one");
    expect(complaint(JSON.stringify(document()).slice(0, -9))).toContain("not JSON");
    const utf16 = Buffer.from(`\ufeff${JSON.stringify(document())}`, "utf16le").toString("utf8");
    expect(complaint(utf16)).toContain("Out-File -Encoding utf8");
  });

  test("stays in one line and obeys no terminal, whatever the file and its name hold", () => {
    const hostile = "\u001b[2J\r\n\u202e\u0085x";
    const message = complaint(JSON.stringify(document({ host: { platform: hostile } })), `a${hostile}.json`);
    expect(message).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(complaint(JSON.stringify(document({ files: { [hostile]: 1 } })))).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  test("refuses nesting without end instead of falling over", () => {
    const deep = "[".repeat(500_000);
    expect(complaint(`{"format":"agent-reaper/snapshot@1","x":${deep}`)).toContain("not JSON");
  });
});

describe("formatSnapshot()", () => {
  test("writes one process a line, sorted, keys in a fixed order, so that files compare line by line", () => {
    const one = { pid: 7, ppid: 1, name: "b", rss: 4096 };
    const shuffled = { rss: 4096, name: "b", ppid: 1, pid: 7 };
    const first = formatSnapshot(parse(document({ processes: [one, process_()] })));
    const second = formatSnapshot(parse(document({ processes: [process_(), shuffled] })));
    expect(first).toBe(second);
    expect(first.split("\n").filter((line) => line.includes('"pid":7'))).toEqual([
      '    {"pid":7,"ppid":1,"name":"b","rss":4096}',
    ]);
    expect(first.endsWith("}\n")).toBe(true);
  });

  test("writes what it does not know of nowhere: nobody could have redacted it", () => {
    const later = document({
      secret: "s3cret",
      processes: [process_({ token: "s3cret", stdio: [{ fd: 0, kind: "null", x: "s3cret" }] })],
    });
    expect(formatSnapshot(parse(later))).not.toContain("s3cret");
  });

  test("leaves out what is undefined and writes null as null", () => {
    const snapshot = parse(document());
    const text = formatSnapshot({ ...snapshot, processes: [{ pid: 1, ppid: 0, tty: null }] });
    expect(text).toContain('{"pid":1,"ppid":0,"tty":null}');
  });

  test("is read back as it was, with files, leftovers, sightings and what is absent", () => {
    const whole = parse(document({
      partial: true,
      absent: [77],
      files: { "/home/u/.claude/daemon/roster.json": "{}", "/a": "line\nline" },
      leftovers: [{
        path: "/tmp/x/codex-home-7",
        kind: "directory",
        uid: 1000,
        mode: 448,
        modifiedAt: 1,
        bytes: 2,
        lock: "free",
      }],
      sightings: [{ pid: 1, startToken: "88", firstSeenAt: 3 }],
      processes: [process_({
        argv: ["a b", "", "ü\u0000\n"],
        stdio: [{ fd: 0, kind: "pipe", peer: "live", holders: [7], deleted: false, path: "/x" }],
        uid: "paul",
        env: { CLAUDE_PID: "7" },
        listening: [80, "/run/s"],
        clients: [3],
        nsPids: [1, 2],
        unread: { exe: "EACCES" },
      })],
    }));
    expect(parseSnapshot(formatSnapshot(whole), "again")).toEqual(whole);
  });

  test("every case of the corpus is read, written and read back as it was", () => {
    const names = [...new Bun.Glob("*.json").scanSync(CASES)].filter((name) => !name.endsWith(".expect.json"));
    expect(names.length).toBeGreaterThan(60);
    for (const name of names) {
      const snapshot = parseSnapshot(readFileSync(join(CASES, name), "utf8"), name);
      const again = parseSnapshot(formatSnapshot(snapshot), name);
      const sorted = { ...snapshot, processes: snapshot.processes.toSorted((a, b) => a.pid - b.pid) };
      expect(Bun.deepEquals(again, sorted, true)).toBe(true);
    }
  });
});
