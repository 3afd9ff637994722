import { describe, expect, test } from "bun:test";
import { parseList, parseServices } from "../../../plugins/backends/ps/launchd.ts";
import { parseOpenFiles, unescape } from "../../../plugins/backends/ps/lsof.ts";
import { Ends, listeningOf, otherEnd, streamsOf } from "../../../plugins/backends/ps/streams.ts";
import type { OpenFile } from "../../../plugins/backends/ps/lsof.ts";

/** Composed after lsof's sources for macOS (lib/dialects/darwin), not recorded. */
const MAC = `p13115
fcwd
tDIR
k20
n/Users/mia/src
ftxt
tREG
k1
n/Users/mia/.local/share/claude/versions/2.1.234
ftxt
tREG
k1
n/usr/lib/dyld
f0
tPIPE
d0xa1b2c3d4
n
f1
tunix
d0x1111
n->(none)
f2
tCHR
r0x10000003
n/dev/ttys003
p13116
f0
tPIPE
d0xAAAA
n->0xbbbb
f1
tunix
d0x2222
n->0x3333
f2
tREG
k0
n/private/tmp/gone.log
f7
tIPv4
d0x9999
PTCP
n127.0.0.1:3000
TST=LISTEN
TQR=0
f8
tIPv4
PTCP
n127.0.0.1:3000->127.0.0.1:50123
TST=ESTABLISHED
f9
tIPv4
PTCP
n10.0.0.2:50200->160.79.104.10:443
TST=ESTABLISHED
p4000
f5
tPIPE
d0xbbbb
n->0xaaaa
f6
tCHR
r0xf000003
n/dev/ptmx
f9
tunix
d0x3333
n->0x2222
p4001
f11
tunix
d0x3333
n->0x2222
f12
tIPv4
PTCP
n127.0.0.1:50123->127.0.0.1:3000
TST=ESTABLISHED
`;
const files = parseOpenFiles(MAC);
const of = (pid: number): OpenFile[] => files.get(pid) ?? [];
const file = (pid: number, fd: string): OpenFile => of(pid).find((one) => one.fd === fd) as OpenFile;
const stream = (lines: string) => streamsOf(parseOpenFiles(`p7\nf0\n${lines}\n`).get(7) ?? [])[0];

describe("parseOpenFiles()", () => {
  test("reads the fields of each file of each process", () => {
    expect([...files.keys()]).toEqual([13115, 13116, 4000, 4001]);
    expect(file(13115, "cwd")).toMatchObject({ type: "DIR", name: "/Users/mia/src", links: 20 });
    expect(file(13116, "7")).toMatchObject({ protocol: "TCP", state: "LISTEN", name: "127.0.0.1:3000" });
    expect(file(13116, "0")).toMatchObject({ type: "PIPE", device: "0xaaaa", name: "->0xbbbb" });
  });

  test("passes over what comes before the first process, and over numbers that are none", () => {
    expect(parseOpenFiles("f0\ntPIPE\npx\nf1\ntREG\n\n").size).toBe(0);
    expect(parseOpenFiles("p7\ntPIPE\nnx\n").get(7)).toEqual([]);
  });

  test("puts names back as they were: a name can end no line", () => {
    expect(unescape("/tmp/a\\\\b/x\\ny\\xc3\\xa9")).toBe("/tmp/a\\b/x\nyé");
    expect(unescape("/plain")).toBe("/plain");
    expect(unescape("/odd\\")).toBe("/odd\\");
    expect(unescape("\\xzz\\q")).toBe("\\xzz\\q");
  });
});

describe("streamsOf() on macOS", () => {
  test("tells the ends that say so themselves", () => {
    expect(streamsOf(of(13115))).toEqual([
      { fd: 0, kind: "pipe", peer: "gone" },
      { fd: 1, kind: "socket", peer: "gone" },
      { fd: 2, kind: "tty", path: "/dev/ttys003" },
    ]);
    expect(streamsOf(of(13116))).toEqual([
      { fd: 0, kind: "pipe", peer: "live" },
      { fd: 1, kind: "socket", peer: "live" },
      { fd: 2, kind: "file", path: "/private/tmp/gone.log", deleted: true },
    ]);
  });

  test("an end that could not be read is unknown, not gone", () => {
    expect(stream("tPIPE\nnpipe: FD unavailable")).toEqual({ fd: 0, kind: "pipe" });
    expect(stream("tPIPE\nd0x77\nnpipe: FD unavailable")).toEqual({ fd: 0, kind: "pipe" });
    expect(stream("tPIPE\nn")).toEqual({ fd: 0, kind: "pipe" });
    expect(stream("tunix\nd0x77\nn/var/run/x.sock")).toEqual({ fd: 0, kind: "socket" });
    expect(stream("tunix\nd0x77\nnno address")).toEqual({ fd: 0, kind: "socket" });
    expect(stream("tIPv4\nd0x77\nn127.0.0.1:1->127.0.0.1:2")).toEqual({ fd: 0, kind: "socket" });
  });

  test("a terminal that was taken away is gone; one that is there needs a holder to be live", () => {
    expect(stream("n(revoked)")).toEqual({ fd: 0, kind: "tty", peer: "gone" });
    expect(stream("tCHR\nr0x10000003\nn/dev/ttys003")).toEqual({ fd: 0, kind: "tty", path: "/dev/ttys003" });
  });

  test("tells the kinds apart", () => {
    expect(stream("tCHR\nr0x3000002\nn/dev/null")).toEqual({ fd: 0, kind: "null", path: "/dev/null" });
    expect(stream("tREG\nk1\nn/tmp/out")).toEqual({ fd: 0, kind: "file", path: "/tmp/out", deleted: false });
    expect(stream("tKQUEUE\nncount=0")).toEqual({ fd: 0, kind: "other" });
    expect(stream("tDIR\nn/tmp")).toEqual({ fd: 0, kind: "other", path: "/tmp" });
  });

  test("a named pipe has no other end that can be told", () => {
    expect(stream("tFIFO\nd1,4\nn/tmp/fifo")).toEqual({ fd: 0, kind: "pipe" });
  });
});

describe("Ends", () => {
  const ends = new Ends(files);
  const holders = (pid: number, fd: string): number[] | undefined => {
    const key = otherEnd(file(pid, fd));
    return key === undefined ? undefined : ends.holders(key);
  };

  test("finds who holds the other end of a pipe, of a socket pair, of a terminal", () => {
    expect(holders(13116, "0")).toEqual([4000]);
    expect(holders(13116, "1")).toEqual([4000, 4001]);
    expect(holders(13115, "2")).toEqual([4000]);
  });

  test("knows nobody where nobody may be seen", () => {
    expect(holders(4000, "5")).toEqual([13116]);
    expect(new Ends(new Map()).holders("0xbbbb")).toBeUndefined();
    expect(otherEnd(file(13115, "0"))).toBeUndefined();
    expect(otherEnd(file(13115, "1"))).toBeUndefined();
  });

  test("tells who is connected to what it listens on, and not where it is connected itself", () => {
    expect(listeningOf(of(13116))).toEqual([3000]);
    expect(ends.clients(of(13116))).toEqual([4001]);
  });

  test("does not know the clients when one of them cannot be seen", () => {
    const alone = new Ends(new Map([[13116, of(13116)]]));
    expect(alone.clients(of(13116))).toBeUndefined();
  });
});

describe("launchctl", () => {
  /** Composed after launchctl(1), not recorded. */
  const PRINT = `com.apple.xpc.launchd.domain.system = {
\ttype = system
\thandle = 0
\tservices = {
\t\t       0      - \tcom.apple.lskdd
\t\t     345      - \tcom.apple.runningboardd
\t\t     346   (pe) \tcom.example.agent worker
\t}

\tunmanaged processes = {
\t\tcom.apple.foo.9999 = {
\t\t}
\t}
}
`;

  test("list: jobs that run, by pid", () => {
    const text =
      "PID\tStatus\tLabel\n-\t0\tcom.apple.idle\n812\t0\tcom.example.claude\n77\t-9\tapplication.com.x.1.2\n";
    expect([...parseList(text)]).toEqual([[812, "com.example.claude"], [77, "application.com.x.1.2"]]);
    expect(parseList("").size).toBe(0);
  });

  test("print: the services part, and nothing when it is not as it was", () => {
    expect([...parseServices(PRINT) ?? []]).toEqual([[345, "com.apple.runningboardd"], [
      346,
      "com.example.agent worker",
    ]]);
    expect(parseServices("nothing")).toBeUndefined();
    expect(parseServices(PRINT.slice(0, PRINT.indexOf("}")))).toBeUndefined();
    expect(parseServices(PRINT.replace("345      -", "what?"))).toBeUndefined();
  });
});
