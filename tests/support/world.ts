/**
 * A small machine to judge: systemd, a user's manager, an agent that lost its parent. Tests change
 * one thing of it and see what becomes of the verdict.
 *
 * @module
 */
import type { Process, Snapshot } from "../../src/contract.ts";

/** The orphan's pid, and its child's. */
export const ORPHAN = 4200;
export const CHILD = 4201;
export const VIEWER = 900;

const START: number = Date.parse("2026-08-11T06:00:00.000Z");
const NOW: number = Date.parse("2026-08-11T09:00:00.000Z");
const SCOPE: string = "/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope";

/** A process of the user's, with everything known and nothing remarkable. */
export function ordinary(pid: number, fields: Partial<Process> = {}): Process {
  return {
    pid,
    ppid: 500,
    name: "prog",
    argv: ["prog"],
    exe: "/usr/bin/prog",
    uid: 1000,
    startedAt: START + pid,
    startToken: String(100_000 + pid),
    state: "S",
    pgid: pid,
    sid: pid,
    tpgid: -1,
    tty: null,
    rss: 50_000_000,
    cpuSeconds: 1.5,
    cwd: "/home/lea/src",
    cwdDeleted: false,
    env: {},
    cgroup: SCOPE,
    pidNamespace: "self",
    nsPids: fields.pidNamespace === undefined || fields.pidNamespace === "self" ? [pid] : [pid, 7],
    ignoresHangup: false,
    tracer: null,
    stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }],
    supervisor: null,
    devices: [],
    display: null,
    threads: 4,
    ...fields,
  };
}

/** `claude mcp serve` whose stdin and stdout lead to nobody, with a child. */
export const lostServer: readonly Process[] = [
  ordinary(ORPHAN, {
    name: "claude",
    argv: ["claude", "mcp", "serve"],
    exe: "/home/lea/.local/share/claude/versions/2.1.200",
    stdio: [{ fd: 0, kind: "socket", peer: "gone" }, { fd: 1, kind: "socket", peer: "gone" }, { fd: 2, kind: "null" }],
  }),
  ordinary(CHILD, { ppid: ORPHAN, name: "sleep", argv: ["sleep", "9"], exe: "/usr/bin/sleep" }),
];

/** The machine around them. */
export function world(processes: readonly Process[] = lostServer, more: Partial<Snapshot> = {}): Snapshot {
  return {
    format: "agent-reaper/snapshot@1",
    capturedAt: new Date(NOW).toISOString(),
    host: { platform: "linux", hostname: "lab", bootId: "b" },
    viewer: { pid: VIEWER, uid: 1000, home: "/home/lea", elevated: false },
    processes: [
      ordinary(1, {
        ppid: 0,
        name: "systemd",
        argv: ["/sbin/init"],
        exe: "/usr/lib/systemd/systemd",
        uid: 0,
        cgroup: "/init.scope",
      }),
      ordinary(500, {
        ppid: 1,
        name: "systemd",
        argv: ["/usr/lib/systemd/systemd", "--user"],
        exe: "/usr/lib/systemd/systemd",
        cgroup: "/user.slice/user-1000.slice/user@1000.service/init.scope",
      }),
      ordinary(800, { name: "bash", argv: ["bash"], exe: "/usr/bin/bash" }),
      ordinary(VIEWER, {
        ppid: 800,
        name: "agent-reaper",
        argv: ["agent-reaper", "scan"],
        exe: "/usr/bin/agent-reaper",
      }),
      ...processes,
    ],
    ...more,
  };
}

/** The lost server with some of its fields changed. */
export function changed(fields: Partial<Process>, child: Partial<Process> = {}): readonly Process[] {
  return lostServer.map((process) => ({ ...process, ...(process.pid === ORPHAN ? fields : child) }));
}

export { NOW, SCOPE, START };
