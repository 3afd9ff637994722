import { describe, expect, test } from "bun:test";
import sharedConsole from "../../../plugins/guards/shared-console.ts";
import conhost from "../../../plugins/matchers/conhost.ts";
import type { Context, Objection, Process } from "../../../src/contract.ts";
import { defaultPolicy } from "../../../src/policy.ts";
import { SNAPSHOT_FORMAT } from "../../../src/snapshot.ts";
import { Table } from "../../../src/table.ts";

/** As Windows 11 shows them: a living session and its console host. */
const claude: Process = {
  pid: 8264,
  ppid: 9704,
  name: "claude.exe",
  exe: "C:\\Users\\Petra\\.local\\bin\\claude.exe",
  startToken: "134285688002522100",
};
const host: Process = {
  pid: 4412,
  ppid: 8264,
  name: "conhost.exe",
  argv: ["\\??\\C:\\WINDOWS\\system32\\conhost.exe", "0x4"],
  exe: "C:\\Windows\\System32\\conhost.exe",
  startToken: "134285688002575786",
};
const idle: Process = { pid: 0, ppid: 0, name: "System Idle Process" };

function tableOf(processes: readonly Process[], platform: "win32" | "linux" = "win32"): Table {
  return new Table({
    format: SNAPSHOT_FORMAT,
    capturedAt: "2026-07-15T08:00:00.252Z",
    host: { platform, hostname: "box", bootId: "1" },
    viewer: { pid: 1, uid: "Petra", home: "C:\\Users\\Petra", elevated: false },
    processes,
  });
}

const claims = (process: Process, ...others: readonly Process[]): boolean =>
  conhost.claim(process, tableOf([process, ...others])) !== undefined;

describe("conhost", () => {
  test("claims a console host whose program is dead, and says so", () => {
    expect(conhost.claim(host, tableOf([host]))).toEqual({
      family: "conhost",
      role: "worker",
      lifeline: "none",
      because: "Windows' console host, and the program it was started for is dead",
    });
  });

  test("leaves the host of a living program to it", () => {
    expect(claims(host, claude)).toBe(false);
  });

  test("a creator younger than its child is somebody else; of the same age or unknown age it is the creator", () => {
    expect(claims(host, { ...claude, startToken: "134285688002575787" })).toBe(true);
    expect(claims(host, { ...claude, startToken: "134285688002575786" })).toBe(false);
    const { startToken: _, ...ageless } = claude;
    expect(claims(host, ageless)).toBe(false);
    const { startToken: __, ...agelessHost } = host;
    expect(claims(agelessHost, { ...claude, startToken: "134285688002575787" })).toBe(false);
  });

  test("creator 0 is nobody, though the idle process has that number", () => {
    expect(claims({ ...host, ppid: 0 }, idle)).toBe(true);
  });

  test.each([
    ["another place", { exe: "C:\\Users\\Petra\\AppData\\Local\\Temp\\conhost.exe" }],
    ["a folder that only looks like it", { exe: "C:\\Users\\windows\\system32\\conhost.exe" }],
    ["another program", { exe: "C:\\Windows\\System32\\cmd.exe" }],
    ["another name", { name: "cmd.exe" }],
    ["Windows Terminal's own", {
      name: "OpenConsole.exe",
      exe: "C:\\Program Files\\WindowsApps\\Microsoft.WindowsTerminal_1\\OpenConsole.exe",
    }],
  ])("does not claim %s", (_, change) => {
    expect(claims({ ...host, ...change })).toBe(false);
  });

  test("does not claim by name alone: where the executable is unknown it is left alone", () => {
    const { exe: _, ...unknown } = host;
    expect(claims(unknown)).toBe(false);
    expect(claims({ ...unknown, exe: null })).toBe(false);
  });

  test.each([
    ["--headless", "C:\\Program Files\\PowerShell\\7\\pwsh.exe", "-File", "backup.ps1"],
    ["--headless", "--width", "120", "--height", "30", "--signal", "0x9c", "--", "cmd.exe"],
    ["cmd.exe", "/k", "menu.bat"],
    [],
  ])("does not claim one that runs a program of its own: %s %s", (...args) => {
    expect(claims({ ...host, argv: ["C:\\WINDOWS\\system32\\conhost.exe", ...args] })).toBe(false);
  });

  test("claims the host of a pseudo console by its server's handle", () => {
    const argv = [
      "conhost.exe",
      "--headless",
      "--width",
      "80",
      "--height",
      "30",
      "--signal",
      "0x4a0",
      "--server",
      "0x49c",
    ];
    expect(claims({ ...host, argv })).toBe(true);
    expect(claims({ ...host, argv: [...argv.slice(0, -1), "pwsh.exe"] })).toBe(false);
    expect(claims({ ...host, argv: [...argv, "--", "cmd.exe"] })).toBe(false);
  });

  test("does not claim one whose arguments are unknown", () => {
    const { argv: _, ...unknown } = host;
    expect(claims(unknown)).toBe(false);
  });

  test("is about Windows only", () => {
    expect(conhost.claim(host, tableOf([host], "linux"))).toBeUndefined();
  });
});

describe("shared-console", () => {
  const server: Process = { pid: 5200, ppid: 8264, name: "node.exe", startToken: "134285688999999999" };

  function objection(others: readonly Process[], orphans: readonly number[] = []): Objection | undefined {
    const table = tableOf([host, ...others]);
    const claim = conhost.claim(host, table) ?? { family: "codex", role: "agent", because: "another family" };
    const context: Context = {
      table,
      policy: defaultPolicy,
      claim,
      lifeline: "none",
      root: host,
      tree: new Set([host.pid]),
      isOrphan: (pid) => orphans.includes(pid),
      isAgents: () => false,
      isDisplayTold: () => false,
    };
    return sharedConsole.object(host, context);
  }

  test("a living child of the dead program may use the console", () => {
    expect(objection([server])).toEqual({
      stands: "unsure",
      because: "pid 5200 was started by the same program and may use its console",
    });
  });

  test("of several the one with the lowest number is named, in whatever order they were listed", () => {
    const both = [{ ...server, pid: 5300 }, server];
    for (const listed of [both, both.toReversed()]) expect(objection(listed)?.because).toStartWith("pid 5200 ");
  });

  test("an orphan among them is nobody", () => {
    expect(objection([server], [5200])).toBeUndefined();
    expect(objection([server, { ...server, pid: 5300 }], [5200])?.because).toStartWith("pid 5300 ");
  });

  test("has nothing against a host that is alone, or that belongs to another family's tree", () => {
    expect(objection([])).toBeUndefined();
    expect(objection([claude, server])).toBeUndefined();
  });
});
