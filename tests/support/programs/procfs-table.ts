/**
 * Inside a namespace: odd processes, and what procfs and ps say about them.
 *
 * @module
 */
import { copyFileSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Said, saidBy } from "../../../plugins/backends/procfs/glance.ts";
import procfs from "../../../plugins/backends/procfs/index.ts";
import type { Detail, Draft } from "../../../src/contract.ts";
import { compileC } from "../c-programs.ts";
import { stateOf } from "../orphans.ts";

/** What was seen, by the names the test knows. */
export interface Seen {
  readonly own: number;
  readonly processes: Record<string, Draft>;
  readonly adopted: number[];
  readonly adoptedComplete: boolean | undefined;
  readonly below: number[];
  readonly all: readonly Draft[];
  readonly ps: string;
  readonly complete: boolean | undefined;
  readonly exists: Record<string, boolean | undefined>;
  readonly limits: readonly string[];
  /** What the first glance of a sweep reads of them; null: not all of it, or nothing. */
  readonly said: Record<string, Said | "not theirs" | null>;
}

const DETAILS: ReadonlySet<Detail> = new Set([
  "owner",
  "command",
  "executable",
  "directory",
  "environment",
  "cgroup",
  "status",
  "namespace",
  "supervisor",
]);
/** The longest single argument is 128 KiB (MAX_ARG_STRLEN, execve(2)). */
export const LONG: string = "ab\n".repeat(34_000);

/** Starts one process of each kind, looks, and lets the namespace's end collect them. */
export default async function table(input: { names: Record<string, string> }): Promise<Seen> {
  const home = process.env["HOME"] as string;
  const odd = compileC("procfs-odd", home);
  const pids: Record<string, number> = {};
  const start = async (label: string, command: string[], cwd = home, env: Record<string, string> = {}) => {
    const child = Bun.spawn(command, { cwd, env: { ...process.env, ...env }, stdin: "ignore", stdout: "pipe" });
    pids[`${label}:parent`] = child.pid;
    pids[label] = Number(new TextDecoder().decode((await child.stdout.getReader().read()).value).trim());
  };

  for (const [label, bytes] of Object.entries(input.names)) await start(label, [odd, "name", bytes]);
  for (const kind of ["threads", "zombie", "orphan", "hangup"]) await start(kind, [odd, kind]);
  await start("title", [odd, "title", "odd: a title"]);
  await start("nohup", ["nohup", odd, "plain"]);
  await start("long", [odd, "plain", LONG, "\u001b[2J", ""]);
  await start("marked", [odd, "plain"], home, { AGENT_REAPER_KEEP: "1", SECRET: "hidden" });
  const gone = join(home, "gone");
  mkdirSync(gone);
  const copy = join(home, "copy (deleted)");
  copyFileSync(odd, copy);
  await start("deleted", [copy, "plain"], gone);
  await start("twice", [copy, "plain"]);
  // At rest all of them, or what they do changes between two looks.
  const own = Object.entries(pids).filter(([label]) => !label.endsWith(":parent")).map(([, pid]) => pid);
  while (!own.every((pid) => "SZ".includes(stateOf(pid) as string))) await Bun.sleep(2);
  rmdirSync(gone);
  const twice = machineRead(pids["twice"] as number);
  rmSync(copy);

  const machine = procfs.open({});
  const all = machine.list("all");
  const complete = machine.complete?.();
  const ps = Bun.spawnSync(["ps", "-eo", "pid=,ppid=,pgid=,sid=,tpgid=,state=,nlwp=,tty=,uid=,comm="], {
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
  }).stdout.toString("latin1");
  const processes: Record<string, Draft> = { "twice:before": twice };
  for (const [label, pid] of Object.entries(pids)) {
    const draft = all.find((draft) => draft.pid === pid);
    if (draft === undefined) continue;
    machine.read([draft], DETAILS, new Set(["AGENT_REAPER_KEEP", "NOT_SET"]));
    processes[label] = draft;
  }
  const short = procfs.open({});
  const adopted = short.list("adopted").map((draft) => draft.pid);
  return {
    own: process.pid,
    processes,
    adopted,
    adoptedComplete: short.complete?.(),
    below: (short.below?.([process.pid]) ?? []).map((draft) => draft.pid),
    all,
    ps,
    complete,
    exists: {
      zombie: machine.exists?.(pids["zombie"] as number),
      nobody: machine.exists?.(4_194_303),
    },
    limits: machine.limits().map((limit) => limit.what),
    said: Object.fromEntries(
      Object.entries(pids).map(([label, pid]) => [label, saidBy(String(pid), process.geteuid?.() ?? -1) ?? null]),
    ),
  };
}

function machineRead(pid: number): Draft {
  const machine = procfs.open({});
  const draft = machine.list("all").find((draft) => draft.pid === pid);
  if (draft === undefined) throw new Error(`${pid} is not in the table`);
  machine.read([draft], new Set<Detail>(["executable"]), new Set());
  machine.close();
  return draft;
}
