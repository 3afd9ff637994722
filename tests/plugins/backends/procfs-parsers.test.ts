import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseArguments, parseEnvironment } from "../../../plugins/backends/procfs/arguments.ts";
import { parseCgroup, supervisorOf } from "../../../plugins/backends/procfs/cgroup.ts";
import { parseChildren } from "../../../plugins/backends/procfs/children.ts";
import type { Clock } from "../../../plugins/backends/procfs/clock.ts";
import { FACTS_BYTES, parseFacts } from "../../../plugins/backends/procfs/facts.ts";
import { parseAccess } from "../../../plugins/backends/procfs/holders.ts";
import { parseHome } from "../../../plugins/backends/_posix/home.ts";
import { mayTrace, parseHidepid } from "../../../plugins/backends/procfs/limits.ts";
import { parseTarget } from "../../../plugins/backends/procfs/link.ts";
import { otherEnds, parseTcp, parseUnix } from "../../../plugins/backends/procfs/net.ts";
import { parsePeer, peerState } from "../../../plugins/backends/procfs/socket-diag.ts";
import { parseStart, parseStat, terminalName } from "../../../plugins/backends/procfs/stat.ts";
import { parseStatus } from "../../../plugins/backends/procfs/status.ts";
import { ParseError } from "../../../src/errors.ts";

const CLOCK: Clock = {
  nowMs: 1_000_000_000,
  bootMs: 900_000_000,
  tick: 10_000_000,
  ticksPerSecond: 100,
  pageBytes: 4096,
};
const bytesOf = (text: string | Uint8Array): Buffer => Buffer.from(text as string);

/** A line with 52 fields as the kernel prints it. */
function statLine(name: string | Buffer, changed: Readonly<Record<number, string>> = {}): Buffer {
  const fields = Array.from({ length: 50 }, () => "0");
  const base = {
    0: "S",
    1: "812",
    2: "4711",
    3: "4700",
    4: "34819",
    5: "4711",
    11: "250",
    12: "50",
    17: "3",
    19: "88123",
    21: "256",
  };
  for (const [at, value] of Object.entries({ ...base, ...changed })) fields[Number(at)] = value;
  return Buffer.concat([bytesOf("4711 ("), bytesOf(name), bytesOf(`) ${fields.join(" ")}\n`)]);
}

const stat = (line: Buffer) => parseStat(line.toString(), CLOCK);

describe("parseStat()", () => {
  test("takes the base facts", () => {
    expect(stat(statLine("claude"))).toEqual({
      pid: 4711,
      ppid: 812,
      name: "claude",
      startedAt: 900_000_000 + 881_230,
      startToken: "88123",
      state: "S",
      pgid: 4711,
      sid: 4700,
      tpgid: 4711,
      tty: "pts/3",
      rss: 256 * 4096,
      cpuSeconds: 3,
      threads: 3,
    });
  });

  test.each(["a) Z 1 (", "))) ((", "", "new\nline", ") S 1 1 1", "a b c", "\u001b[31mred"])(
    "reads past the name %j",
    (name) => {
      expect(stat(statLine(name))).toMatchObject({ name, ppid: 812, state: "S", startToken: "88123" });
    },
  );

  test("takes any bytes for a name", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 15 }), (name) => {
      const draft = stat(statLine(Buffer.from(name)));
      expect(draft.name).toBe(Buffer.from(name).toString("utf8"));
      expect([draft.ppid, draft.startToken]).toEqual([812, "88123"]);
    }));
  });

  test("keeps a start that is longer than a number is exact", () => {
    expect(stat(statLine("x", { 19: "18446744073709551615" })).startToken).toBe("18446744073709551615");
  });

  test("knows threads of the kernel by their flag", () => {
    expect(stat(statLine("kworker/0:1", { 6: String(0x00200000 | 0x40) }))).toMatchObject({ argv: null, exe: null });
    expect(stat(statLine("claude", { 6: "4194560" }))).not.toHaveProperty("argv");
  });

  test("says that there is no terminal", () => {
    expect(stat(statLine("x", { 4: "0", 5: "-1" }))).toMatchObject({ tty: null, tpgid: -1 });
  });

  test.each(["", "4711", "4711 (x", "4711 (x) S", "x (y) S 1", ") (", "-4 (x) S 1 1", "4711 (x) S 1 1 1 0 -1 0"])(
    "refuses %j",
    (line) => {
      expect(() => stat(bytesOf(line))).toThrow(ParseError);
    },
  );

  test("parseStart() agrees with it", () => {
    const line = statLine("a) Z 1 (");
    expect(parseStart(line.toString())).toBe("88123");
  });
});

test("terminalName() names what ps names", () => {
  const device = (major: number, minor: number) => (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
  expect(terminalName(0)).toBeNull();
  expect(terminalName(device(136, 300))).toBe("pts/300");
  expect(terminalName(device(137, 2))).toBe("pts/258");
  expect(terminalName(device(4, 1))).toBe("tty1");
  expect(terminalName(device(4, 64))).toBe("ttyS0");
  expect(terminalName(device(5, 1))).toBe("console");
  expect(terminalName(device(5, 0))).toBe("tty");
  const serial = [[204, 64], [204, 79], [188, 3], [166, 0], [229, 0]] as const;
  expect(serial.map(([major, minor]) => terminalName(device(major, minor)))).toEqual([
    ...["ttyAMA0", "ttyAMA15", "ttyUSB3", "ttyACM0", "hvc0"],
  ]);
  for (const [major, minor] of [[250, 7], [204, 63], [204, 80], [135, 1], [144, 1]] as const) {
    expect(terminalName(device(major, minor))).toBe(`${major}:${minor}`);
  }
});

describe("parseStatus()", () => {
  const status = parseStatus;

  test("takes effective user, SIGHUP and pids", () => {
    expect(status("Name:\tx\nUid:\t1000\t1001\t1000\t1000\nNSpid:\t4711\t12\t1\nSigIgn:\t0000000000001001\n")).toEqual({
      uid: 1001,
      ignoresHangup: true,
      nsPids: [4711, 12, 1],
    });
    expect(status("SigIgn:\tfffffffe7ffbfefe\n")).toEqual({ ignoresHangup: false });
  });

  test("takes who traces it", () => {
    expect(status("TracerPid:\t4799\n")).toEqual({ tracer: 4799 });
    expect(status("TracerPid:\t0\n")).toEqual({ tracer: null });
  });

  test("leaves out what a kernel does not say", () => {
    expect(status("Name:\tx\n")).toEqual({});
  });

  test("is not fooled by a name: the kernel escapes its newlines", () => {
    expect(status("Name:\tx\\nUid:\\t0\nUid:\t1000\t1000\t1000\t1000\n").uid).toBe(1000);
  });

  test.each(["Uid:\t\n", "Uid:\tx\ty\n", "SigIgn:\t\n", "TracerPid:\tx\n", "NSpid:\t1\t\n"])("refuses %j", (text) => {
    expect(() => status(text)).toThrow(ParseError);
  });
});

describe("cgroup", () => {
  const path = parseCgroup;

  test.each([
    ["0::/user.slice/a:b\n", "/user.slice/a:b"],
    ["12:cpu:/x\n1:name=systemd:/system.slice/cron.service\n", "/system.slice/cron.service"],
    ["1:name=systemd:/a\n0::/b\n", "/b"],
    ["1:name=systemd:/a\n0::/\n", "/a"],
    ["0::/\n", "/"],
    ["0::/gone.scope (deleted)\n", "/gone.scope"],
    // Alpine as it comes, Devuan: nobody mounts any.
    ["", "/"],
    ["3:cpu:/\n2:memory:/\n", "/"],
    ["3:cpu:/\n2:name=openrc:/sshd\n", "/sshd"],
    ["3:memory:/docker/5d1f00\n2:pids:/docker/5d1f00\n1:name=openrc:/docker\n", "/docker/5d1f00"],
  ])("%j leads to %j", (text, expected) => {
    expect(path(text)).toBe(expected);
  });

  test("is unknown where the lines are of no shape that we know", () => {
    expect(path("x")).toBeUndefined();
    expect(path("3:cpu\n")).toBeUndefined();
  });

  test.each([
    ["/system.slice/cron.service", "systemd:cron.service"],
    ["/system.slice/system-getty.slice/getty@tty1.service", "systemd:getty@tty1.service"],
    ["/system.slice/udev.service/udev", "systemd:udev.service"],
    ["/user.slice/user-1000.slice/user@1000.service/app.slice/agent.service", "systemd:agent.service"],
    ["/user.slice/user-1000.slice/user@1000.service/init.scope", null],
    ["/user.slice/user-1000.slice/user@1000.service", null],
    ["/user.slice/user-1000.slice/user@1000.service/app.slice/run-u12.scope", null],
    ["/user.slice/user-1000.slice/session-3.scope", null],
    ["/system.slice/docker-0a1b.scope", null],
    ["/init.scope", null],
    ["/.service", null],
    ["/", null],
  ])("%j belongs to %j", (group, expected) => {
    expect(supervisorOf(group)).toBe(expected);
  });
});

describe("arguments and environment", () => {
  const args = parseArguments;
  const env = (text: string, ...names: string[]) => parseEnvironment(text, new Set(names));

  test("ends with what a title left behind", () => {
    expect(args("claude\0\0\0\0")).toEqual(["claude"]);
    expect(args("nginx: worker process")).toEqual(["nginx: worker process"]);
    expect(args("node\0-e\0\0x\n\u001b[2J\0")).toEqual(["node", "-e", "", "x\n\u001b[2J"]);
    expect(args("")).toEqual([]);
  });

  test("takes any bytes that end in something", () => {
    const word = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => bytes.map((byte) => byte || 1));
    fc.assert(fc.property(fc.array(word, { minLength: 1 }), (words) => {
      const line = Buffer.concat(words.flatMap((bytes) => [Buffer.from(bytes), Buffer.from([0])]));
      expect(parseArguments(line.toString())).toEqual(words.map((bytes) => Buffer.from(bytes).toString("utf8")));
    }));
  });

  test("reads the named variables and no others", () => {
    expect(env("A=1\0SECRET=x\0B=\0A=2\0", "A", "B", "C")).toEqual({ A: "1", B: "" });
    expect(env("XA=1\0", "A")).toEqual({});
    expect(env("A=1", "A")).toEqual({ A: "1" });
  });
});

test("parseTarget() splits off the mark of a deleted file, and only that", () => {
  expect(parseTarget("/a/b (deleted)", () => false)).toEqual({ path: "/a/b", deleted: true });
  expect(parseTarget("/a/b (deleted)", () => true)).toEqual({ path: "/a/b (deleted)", deleted: false });
  expect(parseTarget("/a/b", () => false)).toEqual({ path: "/a/b", deleted: false });
});

test("parseAccess() tells the direction from the flags", () => {
  expect(parseAccess("pos:\t0\nflags:\t0100000\nmnt_id:\t12\n")).toEqual({ reads: true, writes: false });
  expect(parseAccess("pos:\t0\nflags:\t01\n")).toEqual({ reads: false, writes: true });
  expect(parseAccess("flags:\t02004002\n")).toEqual({ reads: true, writes: true });
  expect(parseAccess("pos:\t0\n")).toBeUndefined();
});

test("parseHidepid() reads the option of the mount that is seen", () => {
  const mount = (options: string) => `23 28 0:21 / /proc rw,nosuid shared:5 - proc proc ${options}\n`;
  expect(parseHidepid(mount("rw"), "/proc")).toBeUndefined();
  expect(parseHidepid(mount("rw,hidepid=invisible"), "/proc")).toBe("invisible");
  expect(parseHidepid(mount("rw,gid=3,hidepid=2"), "/proc")).toBe("2");
  expect(parseHidepid(mount("rw,hidepid=2") + mount("rw"), "/proc")).toBeUndefined();
  expect(parseHidepid(mount("rw,hidepid=2"), "/elsewhere")).toBeUndefined();
});

test("mayTrace() reads bit 19", () => {
  expect(mayTrace("CapEff:\t000001ffffffffff\n")).toBe(true);
  expect(mayTrace("CapEff:\t00000000a80425fb\n")).toBe(false);
  expect(mayTrace("Name:\tx\n")).toBe(false);
});

test("parseHome() finds the home of a number", () => {
  const text = "root:x:0:0:root:/root:/bin/bash\nu:x:1000:1000::/home/u:/bin/sh\nbad:x:7:7::relative:/bin/sh\n";
  expect(parseHome(text, 1000)).toBe("/home/u");
  expect(parseHome(text, 7)).toBeUndefined();
  expect(parseHome(text, 9)).toBeUndefined();
});

describe("net", () => {
  const row = (local: string, remote: string, state: string, inode: number) =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;
  const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

  test("parseTcp() keeps what listens and what is established", () => {
    const rows = parseTcp(
      head + row("0100007F:1F90", "00000000:0000", "0A", 11) + row("0100007F:1F90", "0100007F:D431", "01", 12) +
        row("0100007F:D431", "0100007F:1F90", "01", 13) + row("0100007F:D432", "0100007F:1F90", "06", 0),
    );
    expect(rows.map(({ port, listens, inode }) => [port, listens, inode])).toEqual([
      [8080, true, 11],
      [8080, false, 12],
      [0xd431, false, 13],
    ]);
    expect(otherEnds(rows)(rows[1] as (typeof rows)[0])?.inode).toBe(13);
  });

  test("otherEnds() finds an IPv4 client of an IPv6 listener", () => {
    const rows = parseTcp(
      head + row("0000000000000000FFFF00000100007F:1F90", "0000000000000000FFFF00000100007F:D431", "01", 12) +
        row("0100007F:D431", "0100007F:1F90", "01", 13),
    );
    expect(otherEnds(rows)(rows[0] as (typeof rows)[0])?.inode).toBe(13);
  });

  test("parseUnix() reads names with blanks and passes over lines that a name made up", () => {
    const text = "Num       RefCount Protocol Flags    Type St Inode Path\n" +
      "ffff8880: 00000002 00000000 00010000 0001 01 77 /tmp/a b.sock\n" +
      "ffff8880: 00000003 00000000 00000000 0001 03 78 /tmp/a b.sock\n" +
      "ffff8880: 00000003 00000000 00000000 0001 03 79\n" +
      "made up\nffff8880: 00000002 00000000 00010000 0001 01 80 @abstract\n";
    expect(parseUnix(text)).toEqual([
      { path: "/tmp/a b.sock", listens: true, inode: 77 },
      { path: "/tmp/a b.sock", listens: false, inode: 78 },
      { path: "@abstract", listens: true, inode: 80 },
    ]);
  });
});

test("peerState() takes a peer for gone only when both signs agree", () => {
  expect(peerState({ inode: 0, shut: true })).toBe("gone");
  expect(peerState({ inode: 0, shut: false })).toBeUndefined();
  expect(peerState({ inode: 7, shut: true })).toBe("live");
  expect(peerState({ inode: undefined, shut: true })).toBeUndefined();
  expect(peerState(undefined)).toBeUndefined();
});

test("parsers only ever throw ParseError, on any bytes", () => {
  const parsers: ((bytes: Buffer) => unknown)[] = [
    (bytes) => parseStat(bytes.toString(), CLOCK),
    (bytes) => parseStart(bytes.toString()),
    (bytes) => parseStatus(bytes.toString()),
    (bytes) => parseCgroup(bytes.toString()),
    (bytes) => parseArguments(bytes.toString()),
    (bytes) => parseEnvironment(bytes.toString(), new Set(["A", ""])),
    (bytes) => parseChildren(bytes.toString()),
    (bytes) => parsePeer(bytes, bytes.length, 7),
    (bytes) => parseTcp(bytes.toString()),
    (bytes) => parseUnix(bytes.toString()),
    (bytes) => parseAccess(bytes.toString()),
    (bytes) => parseHidepid(bytes.toString(), "/proc"),
    (bytes) => mayTrace(bytes.toString()),
    (bytes) => parseHome(bytes.toString(), 0),
    (bytes) => supervisorOf(bytes.toString()),
    (bytes) => parseTarget(bytes.toString(), () => false),
    (bytes) => parseFacts(Buffer.concat([bytes, Buffer.alloc(FACTS_BYTES)])),
  ];
  const kernelish = fc.array(
    fc.constantFrom(
      "4711",
      " (",
      ") ",
      "S ",
      "0",
      " ",
      "\n",
      "\t",
      "Uid:",
      "NSpid:",
      "SigIgn:",
      "0::/",
      ":",
      "\0",
      "flags:",
    ),
    { maxLength: 60 },
  ).map((words) => new Uint8Array(Buffer.from(words.join(""))));
  const netlink = fc.tuple(fc.uint8Array({ minLength: 40, maxLength: 96 }), fc.nat(96)).map(([bytes, size]) => {
    const message = Buffer.from(bytes);
    message.writeUInt32LE(size, 0);
    message.writeUInt16LE(20, 4);
    message.writeUInt32LE(7, 20);
    return new Uint8Array(message);
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), kernelish, netlink), (bytes) => {
      for (const parse of parsers) {
        try {
          parse(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }
    }),
    { numRuns: 500 },
  );
});
