import { describe, expect, test } from "bun:test";
import { whyNot } from "../../../plugins/backends/ps/found.ts";
import { openWith } from "../../../plugins/backends/ps/index.ts";
import type { Detail, Draft, Machine, Viewer } from "../../../src/contract.ts";
import { type Mac, type MacProcess, toolsOf } from "../../support/mac.ts";

const CLAUDE: MacProcess = { pid: 13115, ppid: 1, name: "claude", command: "claude mcp serve", start: 1_782_619_800 };
const PROCESSES: readonly MacProcess[] = [
  { pid: 0, ppid: 0, name: "kernel_task", command: "(kernel_task)", uid: 0 },
  { pid: 1, ppid: 0, name: "launchd", command: "/sbin/launchd", uid: 0 },
  CLAUDE,
  { pid: 4000, ppid: 1, name: "iTerm2", command: "/Applications/iTerm.app/Contents/MacOS/iTerm2" },
  { pid: 77, ppid: 4000, name: "claude", command: "(claude)", stat: "Z" },
];
const machine = (
  more: Partial<Mac> = {},
  viewer?: Viewer,
): { mac: Machine; calls: string[]; tools: ReturnType<typeof toolsOf> } => {
  const tools = toolsOf({ processes: PROCESSES, ...more });
  return { mac: openWith(tools, "darwin", viewer), calls: tools.calls, tools };
};
const pick = (drafts: readonly Draft[], pid: number): Draft => drafts.find((draft) => draft.pid === pid) as Draft;
const details = (...names: Detail[]): Set<Detail> => new Set(names);
const NONE: ReadonlySet<string> = new Set();

describe("ps on macOS", () => {
  test("takes the table by one call, with starts to the second", () => {
    const { mac, calls } = machine();
    const drafts = mac.list("all");
    expect(calls.filter((call) => call.startsWith("/bin/ps"))).toHaveLength(1);
    expect(drafts.map((draft) => draft.pid)).toEqual([0, 1, 13115, 4000, 77, process.pid]);
    expect(pick(drafts, 13115)).toEqual({
      pid: 13115,
      ppid: 1,
      name: "claude",
      uid: 501,
      state: "S",
      pgid: 13115,
      tty: null,
      tpgid: -1,
      rss: 2048 * 1024,
      cpuSeconds: 0.08,
      argv: ["claude", "mcp", "serve"],
      startedAt: 1_782_619_800_000,
      startToken: "1782619800",
    });
    expect(pick(drafts, 0).argv).toBeNull();
    expect(pick(drafts, 77)).toMatchObject({ argv: null, threads: 0 });
    expect(mac.host).toMatchObject({ platform: "darwin", bootId: "5ACD8377-18AA-4DFD-AB01-714A7F0A500E" });
    expect(mac.complete?.()).toBe(true);
  });

  test("asks lsof and launchctl only for whom somebody asks, once", () => {
    const { mac, calls } = machine({ lsof: () => "p13115\nf0\ntPIPE\nd0x1\nn\n", launchctl: () => ({ status: 1 }) });
    const drafts = mac.list("all");
    mac.read(drafts, details("owner", "command", "executable"), NONE);
    expect(calls.filter((call) => /lsof|launchctl/.test(call))).toEqual([]);
    for (let times = 0; times < 2; times++) mac.read([pick(drafts, 13115)], details("stdio"), NONE);
    expect(calls.filter((call) => call.includes("lsof"))).toEqual([
      "/usr/sbin/lsof -w -n -P -a -p 13115 -d 0,1,2,cwd,txt -F pftdrkPTn",
    ]);
    expect(pick(drafts, 13115).stdio).toEqual([{ fd: 0, kind: "pipe", peer: "gone" }]);
  });

  test("finds the holders of a living end by a second call, only when they are asked for", () => {
    const everybody = "p13115\nf0\ntunix\nd0x1\nn->0x2\np4000\nf9\ntunix\nd0x2\nn->0x1\n";
    const { mac, calls } = machine({
      lsof: (parameters) => parameters.includes("-p") ? everybody.slice(0, everybody.indexOf("p4000")) : everybody,
    });
    const claude = pick(mac.list("all"), 13115);
    mac.read([claude], details("stdio"), NONE);
    expect(claude.stdio).toEqual([{ fd: 0, kind: "socket", peer: "live" }]);
    mac.read([claude], details("stdio", "holders"), NONE);
    expect(claude.stdio).toEqual([{ fd: 0, kind: "socket", peer: "live", holders: [4000] }]);
    expect(calls.filter((call) => call.includes("lsof"))).toHaveLength(2);
  });

  test("says of the holders that somebody unseen may be among them, unless root looks", () => {
    const everybody = "p13115\nf0\ntunix\nd0x1\nn->0x2\np4000\nf9\ntunix\nd0x2\nn->0x1\n";
    const told = (elevated: boolean) => {
      const viewer = { pid: process.pid, uid: elevated ? 0 : 501, home: "/Users/mia", elevated };
      const { mac } = machine({ lsof: () => everybody }, viewer);
      const claude = pick(mac.list("all"), 13115);
      mac.read([claude], details("stdio", "holders"), NONE);
      return claude.stdio;
    };
    const stream = { fd: 0, kind: "socket", peer: "live", holders: [4000] } as const;
    expect(told(true)).toEqual([stream]);
    expect(told(false)).toEqual([{ ...stream, unseen: true }]);
  });

  test("says why a detail is missing, and leaves it absent", () => {
    const { mac } = machine();
    const claude = pick(mac.list("all"), 13115);
    mac.read([claude], details("executable", "directory", "stdio", "environment", "supervisor", "sockets"), NONE);
    for (const field of ["exe", "cwd", "stdio", "env", "supervisor", "listening"] as const) {
      expect(field in claude).toBe(false);
      expect(claude.unread?.[field]).toBeString();
    }
    expect(mac.limits().map((limit) => limit.what)).toContain("environments of processes");
    expect(mac.limits().map((limit) => limit.because)).toContain("there is no lsof");
  });

  test("a job of launchd has its label; null needs answers about every domain", () => {
    const services = (lines: string): string => `x = {\n\tservices = {\n${lines}\t}\n}\n`;
    const answers = (system: string): NonNullable<Mac["launchctl"]> => ([verb, domain]) => {
      if (verb === "list") return { text: "PID\tStatus\tLabel\n4000\t0\tapplication.com.iterm2\n" };
      if (domain === "system") return { text: system };
      return domain?.startsWith("gui/") === true
        ? { text: services("\t\t 13115      - \tcom.example.claude\n") }
        : { status: 113, errors: "Could not find domain for\n" };
    };
    const uid = process.getuid?.() ?? 0;
    const mine = PROCESSES.map((one) => ({ ...one, uid }));
    const told = (system: string): (string | null | undefined)[] => {
      const { mac } = machine({ processes: [...mine, { ...CLAUDE, pid: 500, uid }], launchctl: answers(system) });
      const drafts = mac.list("all");
      mac.read(drafts, details("supervisor"), NONE);
      return [13115, 4000, 500].map((pid) => pick(drafts, pid).supervisor);
    };
    const jobs = ["launchd:com.example.claude", "launchd:application.com.iterm2"];
    expect(told(services("\t\t 345      - \tcom.apple.x\n"))).toEqual([...jobs, null]);
    expect(told("something else")).toEqual([...jobs, undefined]);
  });

  test("refuses a ps that prints line breaks as they are: rows could be forged", () => {
    const forged = "x\n12345     1 12345 ??       S    ";
    const { mac } = machine({ processes: [...PROCESSES, { ...CLAUDE, pid: 9, command: forged }], lineBreak: "\n" });
    expect(() => mac.list("all")).toThrow("rows could be forged");
  });

  test("refuses a table in which we are not", () => {
    expect(() => machine({ withoutOurselves: true }).mac.list("all")).toThrow("we are not in it");
  });

  test("identifies nobody by starts of another time zone than the one asked for", () => {
    const { mac } = machine({ offMinutes: 60 });
    const drafts = mac.list("all");
    expect(drafts.every((draft) => draft.startToken === undefined && draft.startedAt === undefined)).toBe(true);
    expect(mac.limits().map((limit) => limit.what)).toContain("start times");
    expect(mac.hold(pick(drafts, 13115))).toMatchObject({ refused: "unknown" });
  });

  test("identifies nobody whom ps prints twice", () => {
    const { mac } = machine({ processes: [...PROCESSES, { ...CLAUDE, ppid: 4000 }] });
    const drafts = mac.list("all");
    expect(drafts.filter((draft) => draft.pid === 13115)).toHaveLength(1);
    expect(pick(drafts, 13115).startToken).toBeUndefined();
    expect(mac.complete?.()).toBe(false);
    expect(mac.limits().map((limit) => limit.what)).toContain("pids 13115");
  });

  test("takes hold of nobody who is not the one that was judged", () => {
    const { mac, tools } = machine();
    const judged = pick(mac.list("all"), 13115);
    const now = (change: Partial<MacProcess> | undefined) => {
      tools.mac = {
        processes: PROCESSES.flatMap((one) =>
          one !== CLAUDE ? [one] : change === undefined ? [] : [{ ...one, ...change }]
        ),
      };
      return mac.hold(judged);
    };
    expect(now(undefined)).toMatchObject({ refused: "gone" });
    expect(now({ start: 1_782_619_801 })).toMatchObject({ refused: "replaced" });
    expect(now({ ppid: 4000 })).toMatchObject({ refused: "replaced" });
    expect(now({ uid: 502 })).toMatchObject({ refused: "replaced" });
    expect(now({ name: "node" })).toMatchObject({ refused: "replaced" });
    expect(now({ command: "claude -p" })).toMatchObject({ refused: "replaced" });
    expect(now({ stat: "Z", command: "(claude)" })).toMatchObject({ refused: "gone" });
    tools.mac = { processes: PROCESSES, withoutOurselves: true };
    expect(mac.hold(judged)).toMatchObject({ refused: "unknown" });
  });
});

describe("whyNot()", () => {
  test("names what is in the way", () => {
    expect(whyNot("linux", undefined)).toBe("no ps that can be run is at /bin/ps or /usr/bin/ps");
    expect(whyNot("win32", undefined)).toBe("Windows has no ps");
    expect(whyNot("freebsd", "/bin/ps")).toContain("freebsd");
    expect(whyNot("darwin", "/bin/ps")).toBeUndefined();
  });

  test("tells busybox's ps by where its name leads, and by the file that it is", async () => {
    const { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } = await import("node:fs");
    const { join } = await import("node:path");
    const folder = mkdtempSync(join(process.env["TMPDIR"] ?? "/tmp", "ps-box-"));
    try {
      writeFileSync(join(folder, "busybox"), "");
      symlinkSync("busybox", join(folder, "ps"));
      expect(whyNot("linux", join(folder, "ps"))).toContain("is busybox's, which tells no start times");
      rmSync(join(folder, "ps"));
      linkSync(join(folder, "busybox"), join(folder, "ps"));
      expect(whyNot("linux", join(folder, "ps"))).toContain("is busybox's, which tells no start times");
      rmSync(join(folder, "ps"));
      writeFileSync(join(folder, "ps"), "");
      expect(whyNot("linux", join(folder, "ps"))).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
