/**
 * A node as its own agent sees it: a container under its shim, with an init, what it was started for, and a
 * server whose agent died in there. Tests change one thing of it and see what becomes of the verdict.
 *
 * @module
 */
import type { Process, Snapshot } from "../../src/contract.ts";
import { fileKey } from "../../src/vocabulary/inside-files.ts";
import { isBeyond } from "../../src/vocabulary/namespaces.ts";
import { builtin } from "../../src/plugins.ts";
import { Table } from "../../src/table.ts";
import { ordinary, world } from "./world.ts";

export const SHIM = 4900;
export const INIT = 5000;
export const MAIN = 5001;
export const LOST = 5010;
export const LOST_CHILD = 5011;

/** The container's pid namespace. */
export const POD = "pid:[4026532500]";
export const SCOPE =
  "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8a.slice/cri-containerd-2d11862b53d56a56038d1f5682dce737742e53421d328ee7edfc2f470752a7db.scope";

const GONE = [0, 1].map((fd) => ({ fd, kind: "pipe", peer: "gone" })) as Process["stdio"] & object;

/** A process in the container, with everything known and nothing remarkable. */
export function inside(pid: number, inner: number, fields: Partial<Process> = {}): Process {
  return ordinary(pid, {
    ppid: INIT,
    uid: 0,
    env: { HOME: "/root" },
    cgroup: SCOPE,
    pidNamespace: POD,
    nsPids: [pid, inner],
    cwd: "/work",
    ...fields,
  });
}

/** `claude mcp serve` that the container's init got, with a child. */
export const lost: readonly Process[] = [
  inside(LOST, 9, {
    name: "claude",
    argv: ["claude", "mcp", "serve"],
    exe: "/root/.local/share/claude/versions/2.1.200",
    stdio: [...GONE, { fd: 2, kind: "null" }],
  }),
  inside(LOST_CHILD, 10, { ppid: LOST, name: "sleep", argv: ["sleep", "9"], exe: "/usr/bin/sleep" }),
];

/** What every container has before that. */
const container: readonly Process[] = [
  ordinary(SHIM, {
    ppid: 1,
    name: "containerd-shim",
    argv: ["/usr/bin/containerd-shim-runc-v2"],
    exe: "/usr/bin/containerd-shim-runc-v2",
    uid: 0,
    cgroup: "/system.slice/containerd.service",
    supervisor: "systemd:containerd.service",
  }),
  inside(INIT, 1, { ppid: SHIM, name: "tini", argv: ["/sbin/tini", "--", "serve"], exe: "/usr/sbin/tini" }),
  inside(MAIN, 2, { name: "serve", argv: ["serve"], exe: "/usr/local/bin/serve" }),
];

const { guards } = builtin();

/** What is looked for in there, as the guards ask for it; nothing of it is there. */
export function nothingOnDisk(processes: readonly Process[], home = "/root"): readonly string[] {
  const there = processes.map((process) => ({ ...process, env: { ...process.env, HOME: home } }));
  const table = new Table(world(there), true);
  const beyond = there.filter((process) => isBeyond(process, table));
  return guards.flatMap((guard) =>
    beyond.flatMap((process) => (guard.files?.(process, table) ?? []).map((path) => fileKey(process, path, table)))
  );
}

/** The node. */
export function node(
  changes: { readonly [pid: number]: Partial<Process> } = {},
  more: Partial<Snapshot> & { readonly beside?: readonly Process[] } = {},
): Snapshot {
  const { beside = [], ...fields } = more;
  const processes = [...container, ...lost, ...beside].map((process) => ({ ...process, ...changes[process.pid] }));
  const { viewer, ...rest } = world(processes, { absentFiles: nothingOnDisk(processes) });
  return { ...rest, viewer: { ...viewer, uid: 0, home: "/root", elevated: true }, ...fields };
}
