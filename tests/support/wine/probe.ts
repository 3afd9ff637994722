/**
 * The backend on Windows, asked by a test: `probe PART …` prints one JSON document. It runs the real
 * thing against real processes of the Wine it runs in; the test judges what it prints.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import backend from "../../../plugins/backends/toolhelp/index.ts";
import { commandLineByKernel } from "../../../plugins/backends/toolhelp/parameters.ts";
import { openProcess, PROCESS_QUERY_LIMITED_INFORMATION } from "../../../plugins/backends/toolhelp/handle.ts";
import type { Connection } from "../../../plugins/backends/toolhelp/records.ts";
import { readTcp } from "../../../plugins/backends/toolhelp/sockets.ts";
import { byHandle, readEntries, systemTime } from "../../../plugins/backends/toolhelp/table.ts";
import { win32 } from "../../../plugins/backends/toolhelp/win32.ts";
import conhost from "../../../plugins/matchers/conhost.ts";
import type { Detail, Draft, Hold, Machine, Process, Refusal, Signal, Uptime } from "../../../src/contract.ts";
import { SNAPSHOT_FORMAT } from "../../../src/snapshot.ts";
import { Table } from "../../../src/table.ts";

const EVERYTHING: ReadonlySet<Detail> = new Set([
  "owner",
  "command",
  "executable",
  "directory",
  "environment",
  "cgroup",
  "status",
  "namespace",
  "stdio",
  "supervisor",
  "sockets",
]);
const VARIABLES = new Set(["Agent_Reaper_Keep", "NOT_SET_ANYWHERE"]);

/** What `look` prints. */
export interface Look {
  readonly host: Machine["host"];
  readonly viewer: Machine["viewer"];
  readonly now: number;
  readonly processes: readonly Process[];
  readonly limits: readonly { readonly what: string }[];
  readonly bootIdAgain: string;
  readonly uptimes: readonly (Uptime | undefined)[];
  readonly sameByHandle: readonly { readonly pid: number; readonly row: Process; readonly handle: Process }[];
  readonly kernelCommandLine: string;
  readonly adopted: readonly number[];
  readonly text: string | undefined;
  readonly missing: string | undefined;
  /** Of a file that is missing, of one below a file, of a directory: whether something may be there that is not told. */
  readonly concealed: readonly boolean[];
  readonly port: number;
  readonly connections: readonly Connection[];
}

/** What `story` prints. */
export interface Story {
  readonly orphan: Process | undefined;
  readonly kept: Process | undefined;
  readonly orphanHasParent: boolean;
  readonly keptHasParent: boolean;
  readonly refusals: Readonly<Record<string, Refusal | "held">>;
  readonly held: Pick<Hold, "pid" | "grip" | "signals">;
  readonly aliveBefore: boolean;
  readonly term: "sent" | Refusal;
  readonly kill: "sent" | Refusal;
  readonly again: "sent" | Refusal;
  readonly after: { readonly orphan: boolean; readonly kept: boolean; readonly holdAgain: Refusal | "held" };
}

/** What `console` prints. */
export interface ConsoleStory {
  readonly whileItsProgramLived: Process | undefined;
  readonly claimedThen: boolean;
  readonly alone: Process | undefined;
  readonly claimedAlone: ReturnType<typeof conhost.claim>;
  readonly kill: "sent" | Refusal;
  readonly programAfter: boolean;
  readonly hostAfter: boolean;
}

const machine = backend.open({});

function everybody(): Draft[] {
  const drafts = machine.list("all");
  machine.read(drafts, EVERYTHING, VARIABLES);
  return drafts;
}

function tableOf(processes: readonly Process[]): Table {
  return new Table({
    format: SNAPSHOT_FORMAT,
    capturedAt: new Date(machine.now()).toISOString(),
    host: machine.host,
    viewer: machine.viewer,
    processes,
  });
}

/** Takes hold of what must be ours, or says so. */
function grasp(process: Process | undefined): Hold {
  const held = process === undefined ? undefined : machine.hold(process);
  if (held === undefined || "refused" in held) throw new Error(`not held: ${JSON.stringify(held)}`);
  return held;
}

function tryHold(process: Process): Refusal | "held" {
  const held = machine.hold(process);
  if ("refused" in held) return held;
  held.release();
  return "held";
}

async function ended(held: Hold): Promise<void> {
  while (held.alive()) await Bun.sleep(5);
}

async function endNow(process: Process | undefined): Promise<"sent" | Refusal> {
  const held = grasp(process);
  const sent = held.send("KILL");
  if (sent === "sent") await ended(held);
  held.release();
  return sent;
}

async function pidPrintedBy(command: string[]): Promise<number> {
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const text = await new Response(child.stdout).text();
  if (await child.exited !== 0) throw new Error(`${command.join(" ")} failed`);
  return Number(text);
}

async function look(path: string): Promise<Look> {
  const win = win32();
  const before = machine.uptime?.();
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const client = await Bun.connect({ hostname: "127.0.0.1", port: server.port, socket: { data: () => undefined } });
  const connections = readTcp(win);
  // The service manager of a machine that has just been started may still be at it: a service that begins has no
  // command line yet.
  let processes = everybody();
  const isAtRest = () => {
    const services = processes.filter(({ supervisor }) => typeof supervisor === "string");
    return services.length > 0 && services.every(({ argv }) => argv !== undefined);
  };
  for (; !isAtRest(); processes = everybody()) await Bun.sleep(20);
  const lookedAt = systemTime(win);
  const rows = new Map(processes.map((process) => [process.pid, process]));
  const own = openProcess(win, process.pid, PROCESS_QUERY_LIMITED_INFORMATION);
  const line = "handle" in own ? commandLineByKernel(win, own.handle) : { why: "not opened" };
  const told: Look = {
    host: machine.host,
    viewer: machine.viewer,
    now: machine.now(),
    processes,
    limits: machine.limits(),
    bootIdAgain: backend.open({}).host.bootId,
    uptimes: [before, machine.uptime?.()],
    sameByHandle: readEntries(win).flatMap((entry) => {
      const row = rows.get(entry.pid);
      return row === undefined ? [] : [{ pid: entry.pid, row, handle: byHandle(win, entry, lookedAt) }];
    }),
    kernelCommandLine: "value" in line ? line.value : line.why,
    adopted: machine.list("adopted").map(({ pid }) => pid),
    text: machine.file(path),
    missing: machine.file(`${path}.missing`),
    concealed: [`${path}.missing`, `${path}\\below`, dirname(path)].map((one) => machine.conceals?.(one) === true),
    port: server.port,
    connections: "value" in connections ? connections.value : [],
  };
  client.end();
  server.stop(true);
  return told;
}

async function story(actor: string): Promise<Story> {
  const keptChild = Bun.spawn([actor, "sleep", "kept"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  const orphanPid = await pidPrintedBy([actor, "leave", actor, "sleep", "orphan", 'a "quoted" word', "c:\\dir\\", ""]);
  const before = everybody();
  const table = tableOf(before);
  const orphan = before.find(({ pid }) => pid === orphanPid) as Process;
  const kept = before.find(({ pid }) => pid === keptChild.pid) as Process;
  const started = BigInt(orphan.startToken as string);
  const { startToken: _, ...withoutStart } = orphan;
  const refusals = {
    otherStart: tryHold({ ...orphan, startToken: (started + 1n).toString() }),
    otherCreator: tryHold({ ...orphan, ppid: orphan.ppid + 4 }),
    otherExecutable: tryHold({ ...orphan, exe: "C:\\windows\\system32\\other.exe" }),
    noStart: tryHold(withoutStart),
    neighbourNumber: tryHold({ ...orphan, pid: orphan.pid + 1 }),
    nobody: tryHold({ ...orphan, pid: 400_000 }),
    idle: tryHold({ ...orphan, pid: 0 }),
    system: tryHold({ ...orphan, pid: 4 }),
    ourselves: tryHold(before.find(({ pid }) => pid === process.pid) as Process),
  };
  const held = grasp(orphan);
  const aliveBefore = held.alive();
  const term = held.send("TERM" as Signal);
  const kill = held.send("KILL");
  await ended(held);
  const again = held.send("KILL");
  held.release();
  const left = machine.list("all");
  const seen = (wanted: Process): boolean =>
    left.some(({ pid, startToken }) => pid === wanted.pid && startToken === wanted.startToken);
  const after = { orphan: seen(orphan), kept: seen(kept), holdAgain: tryHold(orphan) };
  await endNow(kept);
  return {
    orphan,
    kept,
    orphanHasParent: table.parent(orphan) !== undefined,
    keptHasParent: table.parent(kept) !== undefined,
    refusals,
    held: { pid: held.pid, grip: held.grip, signals: held.signals },
    aliveBefore,
    term,
    kill,
    again,
    after,
  };
}

/** A console host that hangs (stopped, so that it cannot notice) while its program is ended. */
async function consoleStory(actor: string): Promise<ConsoleStory> {
  const program = Bun.spawn([actor, "console"], { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  const programPid = program.pid;
  let hostPid: number | undefined;
  let seen: readonly Draft[] = [];
  while (hostPid === undefined && program.exitCode === null) {
    await Bun.sleep(20);
    seen = everybody();
    // One that begins has no executable yet.
    hostPid = seen.find(({ name, ppid, exe }) => name === "conhost.exe" && ppid === programPid && exe !== undefined)
      ?.pid;
  }
  const whileItsProgramLived = seen.find(({ pid }) => pid === hostPid) as Process;
  const claimedThen = conhost.claim(whileItsProgramLived, tableOf(seen)) !== undefined;
  const stop = Bun.spawn([actor, "suspend", String(hostPid)], { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  if (await stop.exited !== 0) throw new Error("the console host could not be stopped");
  await endNow(seen.find(({ pid }) => pid === programPid));
  const later = everybody();
  const alone = later.find(({ pid }) => pid === hostPid) as Process;
  const claimedAlone = conhost.claim(alone, tableOf(later));
  const kill = await endNow(alone);
  const left = machine.list("all");
  return {
    whileItsProgramLived,
    claimedThen,
    alone,
    claimedAlone,
    kill,
    programAfter: left.some(({ pid }) => pid === programPid),
    hostAfter: left.some(({ pid }) => pid === hostPid),
  };
}

/** What the real CommandLineToArgvW makes of each line. */
function splitByWindows(lines: readonly string[]): string[][] {
  const { dlopen, ptr, toArrayBuffer } = require("bun:ffi") as typeof import("bun:ffi");
  const shell = dlopen("shell32.dll", { CommandLineToArgvW: { args: ["ptr", "ptr"], returns: "ptr" } }).symbols;
  return lines.map((line) => {
    const count = new Int32Array(1);
    const list = shell.CommandLineToArgvW(ptr(Buffer.from(`${line}\0`, "utf16le")), ptr(count));
    if (list === null) throw new Error("CommandLineToArgvW gave nothing");
    const pointers = new BigUint64Array(toArrayBuffer(list, 0, (count[0] as number) * 8).slice(0));
    return [...pointers].map((pointer) => {
      const letters = new Uint16Array(toArrayBuffer(Number(pointer) as typeof list, 0, line.length * 2 + 2));
      const end = letters.indexOf(0);
      return String.fromCharCode(...letters.subarray(0, end));
    });
  });
}

async function play(part: string, value: string): Promise<unknown> {
  switch (part) {
    case "look":
      return await look(value);
    case "story":
      return await story(value);
    case "console":
      return await consoleStory(value);
    case "desktop":
      return [backend.desktop?.().show("first", value), backend.desktop?.().show("second", "shown again")].map((
        trouble,
      ) => trouble ?? "shown");
    case "split":
      return splitByWindows(JSON.parse(readFileSync(value, "utf8")) as string[]);
    default:
      throw new Error(`no part "${part}"`);
  }
}

await Bun.write(Bun.stdout, JSON.stringify(await play(process.argv[2] ?? "", process.argv[3] ?? "")));
machine.close();
