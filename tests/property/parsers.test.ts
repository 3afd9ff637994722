/**
 * Whatever the bytes: a parser answers, or throws a ParseError. Nothing else, and soon.
 */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseArguments, parseEnvironment } from "../../plugins/backends/procfs/arguments.ts";
import { parseCgroup } from "../../plugins/backends/procfs/cgroup.ts";
import { parseChildren } from "../../plugins/backends/procfs/children.ts";
import { parseHome } from "../../plugins/backends/_posix/home.ts";
import { parseHidepid } from "../../plugins/backends/procfs/limits.ts";
import { parseTarget } from "../../plugins/backends/procfs/link.ts";
import { parseTcp, parseUnix } from "../../plugins/backends/procfs/net.ts";
import { parsePeer } from "../../plugins/backends/procfs/socket-diag.ts";
import { parseStart as parseStartTicks, parseStat } from "../../plugins/backends/procfs/stat.ts";
import { parseStatus } from "../../plugins/backends/procfs/status.ts";
import { parseRows } from "../../plugins/backends/ps/columns.ts";
import { parseList, parseServices } from "../../plugins/backends/ps/launchd.ts";
import { parseOpenFiles, unescape } from "../../plugins/backends/ps/lsof.ts";
import { parseStat as parseStatText } from "../../plugins/backends/ps/starts.ts";
import { Ends, listeningOf, streamsOf } from "../../plugins/backends/ps/streams.ts";
import { draftOf } from "../../plugins/backends/ps/table.ts";
import { parseElapsed, parseProcessorTime, parseStart } from "../../plugins/backends/ps/times.ts";
import { ParseError } from "../../src/errors.ts";
import { formatSnapshot, parseSnapshot } from "../../src/snapshot/file.ts";
import { parseFacts } from "../../plugins/backends/procfs/facts.ts";

const CLOCK = { nowMs: 1e12, bootMs: 1e11, tick: 1000, ticksPerSecond: 100, pageBytes: 4096 };

const byText: Readonly<Record<string, (text: string) => unknown>> = {
  "snapshot file": (text) => formatSnapshot(parseSnapshot(text, text.slice(0, 20))),
  "ps rows of macOS": (text) => parseRows(text, "darwin").rows.map((row) => draftOf(row, "darwin")),
  "ps rows of Linux": (text) => parseRows(text, "procps").rows.map((row) => draftOf(row, "procps")),
  "ps times": (text) => [parseElapsed(text), parseStart(text), parseProcessorTime(text)],
  "stat, for starts": parseStatText,
  lsof(text) {
    const files = parseOpenFiles(text);
    const ends = new Ends(files);
    return [...files.values()].map((open) => [streamsOf(open), listeningOf(open), ends.clients(open)]);
  },
  "lsof names": unescape,
  "launchctl list": parseList,
  "launchctl print": parseServices,
  "home in passwd": (text) => parseHome(text, 1000),
  "hidepid in mountinfo": (text) => parseHidepid(text, "/proc"),
  "net/tcp": parseTcp,
  "net/unix": parseUnix,
  "stat": (text) => parseStat(text, CLOCK),
  "start in stat": parseStartTicks,
  "status": parseStatus,
  "cgroup": parseCgroup,
  "cmdline": parseArguments,
  "environ": (text) => parseEnvironment(text, new Set(["CLAUDE_PID", ""])),
  "children": parseChildren,
  "link": (text) => [parseTarget(text, () => true), parseTarget(text, () => false)],
};
const byBytes: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  "sock_diag answer": (bytes) => parsePeer(bytes, bytes.length, 77),
};

/** True when it answered or complained as agreed. */
function behaves(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof ParseError && /^[^\p{C}]+$/u.test(error.message)) return true;
    throw error;
  }
}

const BYTES = fc.uint8Array({ maxLength: 600, size: "max" }).map((bytes) => Buffer.from(bytes));
/** Texts that look right for a while. */
const PIECES = fc.array(
  fc.oneof(
    fc.constantFrom(
      "\n",
      "\0",
      "\t",
      " ",
      ":",
      "-",
      "->",
      "0x",
      "(",
      ")",
      "{",
      "}",
      "[",
      "]",
      '"',
      ",",
      "\\",
      "\\x",
      "%",
      "\ud800",
      "7",
      "-1",
      "0",
      "4294967296",
      "99999999999999999999",
      "1e999",
      "??",
      "S",
      "Z",
      "claude",
      "services = {",
      "Sun Jun 28 09:00:00 2026",
      "00:08",
      "1-09:08:09",
      "0:00.08",
      "p7",
      "f0",
      "tPIPE",
      "n->0x1",
      "d0x1",
      "PTCP",
      "TST=LISTEN",
      "null",
      "true",
      "Uid:\t",
      "NSpid:\t",
      "SigIgn:\t",
      "0::/",
      "(deleted)",
      "proc",
      "hidepid=2",
      '"format":',
      '"agent-reaper/snapshot@1"',
      '"processes":',
      '"pid":',
      '"host":',
      "__proto__",
    ),
    fc.string({ maxLength: 5, unit: "binary" }),
  ),
  { maxLength: 80, size: "max" },
).map((pieces) => pieces.join(""));
/** JSON of the right shape with one value exchanged. */
const MUTATED = fc.tuple(
  fc.constantFrom<readonly (string | number)[]>(
    ["capturedAt"],
    ["host"],
    ["host", "platform"],
    ["viewer"],
    ["viewer", "uid"],
    ["processes"],
    ["processes", 0],
    ["processes", 0, "pid"],
    ["processes", 0, "argv"],
    ["processes", 0, "stdio"],
    ["processes", 0, "stdio", 0],
    ["processes", 0, "env"],
    ["files"],
    ["leftovers"],
    ["sightings"],
    ["absent"],
    ["partial"],
  ),
  fc.jsonValue({ maxDepth: 3 }),
).map(([path, value]) => {
  const whole: unknown = {
    format: "agent-reaper/snapshot@1",
    capturedAt: "2026-08-11T09:00:00Z",
    host: { platform: "linux", hostname: "b", bootId: "1" },
    viewer: { pid: 1, uid: 0, home: "/", elevated: true },
    processes: [{ pid: 1, ppid: 0, argv: [], env: {}, stdio: [{ fd: 0, kind: "null" }] }],
  };
  let at = whole as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) as string | number] = value;
  return JSON.stringify(whole);
});

describe("on any bytes, parsers answer or throw a ParseError in one plain line", () => {
  for (const [name, parse] of Object.entries(byText)) {
    test(name, () => {
      fc.assert(
        fc.property(
          fc.oneof(PIECES, BYTES.map((bytes) => bytes.toString("utf8"))),
          (text) => behaves(() => parse(text)),
        ),
        { numRuns: 500 },
      );
    });
  }
  for (const [name, parse] of Object.entries(byBytes)) {
    test(name, () => {
      fc.assert(
        fc.property(fc.oneof(BYTES, PIECES.map((text) => Buffer.from(text))), (bytes) => behaves(() => parse(bytes))),
        { numRuns: 500 },
      );
    });
  }

  test("statx, in a record of the kernel's length", () => {
    const record = fc.uint8Array({ minLength: 256, maxLength: 256 });
    fc.assert(fc.property(record, (bytes) => behaves(() => parseFacts(Buffer.from(bytes)))));
  });

  test("a snapshot file in which one value is another", () => {
    fc.assert(fc.property(MUTATED, (text) => behaves(() => formatSnapshot(parseSnapshot(text, "x")))), {
      numRuns: 2_000,
    });
  });
});

describe("a snapshot that was read", () => {
  test("is written and read back as it was", () => {
    fc.assert(
      fc.property(MUTATED, (text) => {
        let snapshot;
        try {
          snapshot = parseSnapshot(text, "x");
        } catch {
          return;
        }
        const again = parseSnapshot(formatSnapshot(snapshot), "y");
        expect(formatSnapshot(again)).toBe(formatSnapshot(snapshot));
      }),
      { numRuns: 1_000 },
    );
  });
});

test("one line of a megabyte is read in its length's time, not in its square", () => {
  const long = (text: string): string => text.repeat(Math.ceil(1_000_000 / text.length));
  for (const text of [" ", "7 ", "a", "1 1 1 ?? S Sun Jun 28 09:00:00 2026 ", "0:00 ", "\\", "("]) {
    const line = long(text);
    expect(parseRows(line, "darwin").rows).toEqual([]);
    expect(parseRows(line, "procps").rows).toEqual([]);
    expect(parseServices(line)).toBeUndefined();
    expect(parseList(line).size).toBe(0);
    expect(parseOpenFiles(line).size).toBe(0);
    expect(parseElapsed(line)).toBeUndefined();
  }
});
