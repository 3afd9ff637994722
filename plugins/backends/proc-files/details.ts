/**
 * Details of a process from its files below /proc, each read once.
 *
 * @module
 */
import { readFileSync, readlinkSync, statSync } from "node:fs";
import type { Detail, Draft, Stdio, StdioKind } from "../../../src/contract.ts";
import { isZombie } from "../../../src/process.ts";
import { parseArguments, parseEnvironment } from "../procfs/arguments.ts";
import { parseCgroup, supervisorOf } from "../procfs/cgroup.ts";
import { parseTarget } from "../procfs/link.ts";
import { parseStatus } from "../procfs/status.ts";
import { type Nets, readListening } from "./listening.ts";
import { startOf } from "./table.ts";

type Reader = (directory: string, draft: Draft, variables: ReadonlySet<string>, nets: Nets) => void;

/** In the order in which they are read. */
const READERS: readonly (readonly [Detail, keyof Draft & string, Reader])[] = [
  ["owner", "uid", (directory, draft) => {
    draft.uid = statSync(directory).uid;
  }],
  ["command", "argv", (directory, draft) => {
    draft.argv = parseArguments(text(`${directory}/cmdline`));
  }],
  ["executable", "exe", (directory, draft) => {
    const { path, deleted } = target(`${directory}/exe`);
    draft.exe = path;
    draft.exeDeleted = deleted;
  }],
  ["directory", "cwd", (directory, draft) => {
    const { path, deleted } = target(`${directory}/cwd`);
    draft.cwd = path;
    draft.cwdDeleted = deleted;
  }],
  ["environment", "env", (directory, draft, variables) => {
    draft.env = parseEnvironment(text(`${directory}/environ`), variables);
  }],
  ["cgroup", "cgroup", (directory, draft) => {
    const path = parseCgroup(text(`${directory}/cgroup`));
    if (path !== undefined) draft.cgroup = path;
  }],
  ["supervisor", "supervisor", (directory, draft) => {
    const path = parseCgroup(text(`${directory}/cgroup`));
    if (path !== undefined) draft.supervisor = supervisorOf(path);
  }],
  ["status", "nsPids", (directory, draft) => {
    const { ignoresHangup, tracer, nsPids } = parseStatus(text(`${directory}/status`));
    if (ignoresHangup !== undefined) draft.ignoresHangup = ignoresHangup;
    if (tracer !== undefined) draft.tracer = tracer;
    if (nsPids !== undefined) draft.nsPids = nsPids;
  }],
  ["namespace", "pidNamespace", (directory, draft) => {
    const namespace = readlinkSync(`${directory}/ns/pid`);
    draft.pidNamespace = namespace === readlinkSync("/proc/self/ns/pid") ? "self" : namespace;
  }],
  ["stdio", "stdio", (directory, draft) => {
    draft.stdio = ([0, 1, 2] as const).flatMap((fd) => stream(`${directory}/fd/${fd}`, fd) ?? []);
  }],
  ["sockets", "listening", (directory, draft, _, nets) => {
    Object.assign(draft, readListening(directory, nets));
  }],
];

/** Reads details, each once for each draft. */
export class Details {
  readonly #done: WeakMap<Draft, Set<Detail>> = new WeakMap();

  read(drafts: readonly Draft[], details: ReadonlySet<Detail>, variables: ReadonlySet<string>): void {
    const nets: Nets = new Map();
    for (const draft of drafts) {
      const done = this.#done.get(draft) ?? new Set();
      const wanted = READERS.filter(([detail]) => details.has(detail) && !done.has(detail));
      for (const detail of details) done.add(detail);
      this.#done.set(draft, done);
      if (wanted.length > 0) readAll(draft, wanted, variables, nets);
    }
  }
}

function readAll(draft: Draft, wanted: typeof READERS, variables: ReadonlySet<string>, nets: Nets): void {
  // Nothing is left of its program.
  if (isZombie(draft)) { for (const [, field] of wanted) if (field === "argv" || field === "exe") draft[field] = null; }
  const directory = `/proc/${draft.pid}`;
  const read: Draft = { pid: draft.pid, ppid: draft.ppid };
  const unread: [string, string][] = [];
  for (const [, field, reader] of wanted) {
    // Known to be none: a thread of the kernel, a zombie.
    if (draft[field] === null) continue;
    try {
      reader(directory, read, variables, nets);
    } catch (error) {
      unread.push([field, (error as NodeJS.ErrnoException).code ?? (error as Error).message]);
    }
  }
  // Asked last: whoever has the number and the start now had them all along.
  if (startOf(draft.pid) !== draft.startToken) {
    for (const [, field] of wanted) if (draft[field] === undefined) note(draft, field, "ESRCH");
    return;
  }
  const { pid: _, ppid: __, ...found } = read;
  Object.assign(draft, found);
  for (const [field, answer] of unread) note(draft, field, answer);
}

/** Notes why a field is missing. */
function note(draft: Draft, field: string, answer: string): void {
  draft.unread = { ...draft.unread, [field]: answer };
}

function text(path: string): string {
  return readFileSync(path, "utf8");
}

function target(link: string): { readonly path: string; readonly deleted: boolean } {
  const text = readlinkSync(link);
  return parseTarget(text, () => isSame(link, text));
}

function isSame(link: string, path: string): boolean {
  try {
    const [there, here] = [statSync(path), statSync(link)];
    return there.ino === here.ino && there.dev === here.dev;
  } catch {
    return false;
  }
}

/** A closed one has no entry. */
function stream(link: string, fd: Stdio["fd"]): Stdio | undefined {
  let text: string;
  try {
    text = readlinkSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const special = /^(pipe|socket):\[\d+\]$/.exec(text)?.[1] as StdioKind | undefined;
  if (special !== undefined) return { fd, kind: special };
  const { path, deleted } = parseTarget(text, () => isSame(link, text));
  return { fd, kind: kindOf(path, link), path, ...(deleted ? { deleted } : {}) };
}

function kindOf(path: string, link: string): StdioKind {
  if (path === "/dev/null") return "null";
  if (/^\/dev\/(?:pts\/\d+|tty|console)/.test(path)) return "tty";
  return statSync(link).isFile() ? "file" : "other";
}
