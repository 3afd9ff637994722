/**
 * Whether a machine is well: pure, from what was read and from when on it counts as trouble.
 *
 * @module
 */
import type { Vitals } from "../contract.ts";
import { isZombie, type Process } from "../process.ts";
import { formatBytes } from "../text.ts";
import type { Thresholds } from "./thresholds.ts";

/** How it stands. */
export type HealthStatus = "ok" | "warning" | "critical" | "unknown";

/** One thing that was looked at, and the line that says why. */
export interface Check {
  readonly name: string;
  readonly status: HealthStatus;
  readonly says: string;
}

/** A process that ended and was not collected, and who ought to. */
export interface Zombie {
  readonly pid: number;
  readonly name?: string;
  readonly parentPid: number;
  readonly parentName?: string;
}

/** Everything `health` tells. */
export interface Health {
  readonly status: HealthStatus;
  readonly checks: readonly Check[];
  readonly zombies: readonly Zombie[];
}

/** With a quarter of what is little, the next fork may fail. */
const CRITICAL_SHARE_OF_LITTLE = 0.25;
const SWAP_CRITICAL = 0.95;
/** PSI: with 10 % of the time some work stands still people notice; with a tenth all of it does the machine crawls. */
const PRESSURE_SOME = 10;
const PRESSURE_FULL = 10;
const FILLED_WARNING = 0.85;
const FILLED_CRITICAL = 0.95;
const LOAD_WARNING = 4;
const LOAD_CRITICAL = 16;

/** Judges a machine. */
export function assess(vitals: Vitals, processes: readonly Process[], limits: Thresholds): Health {
  const zombies = zombiesAmong(processes);
  const checks: Check[] = [
    zombieCheck(zombies, limits),
    memoryCheck(vitals, limits),
    ...(vitals.memoryLimit === undefined ? [] : [
      filled(
        "memory limit",
        vitals.memoryLimit.usedBytes,
        vitals.memoryLimit.limitBytes,
        formatBytes,
        "of the control group's memory",
      ),
    ]),
    swapCheck(vitals, limits),
    ...pressureCheck(vitals),
    ...loadCheck(vitals),
    ...(vitals.descriptors === undefined ? [] : [
      filled("open files", vitals.descriptors.used, vitals.descriptors.limit, String, "of the machine's open files"),
    ]),
    ...(vitals.tasks === undefined ? [] : [
      filled(
        "tasks",
        vitals.tasks.used,
        vitals.tasks.limit,
        String,
        `processes and threads (${vitals.tasks.limitedBy})`,
      ),
    ]),
  ];
  return { status: worst(checks), checks, zombies };
}

/** Those that ended and were not collected. Nobody can end them: their parents ought to collect them. */
function zombiesAmong(processes: readonly Process[]): Zombie[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  return processes.filter(isDead).map(({ pid, ppid, name }) => {
    const parentName = byPid.get(ppid)?.name;
    return {
      pid,
      ...(name === undefined ? {} : { name }),
      parentPid: ppid,
      ...(parentName === undefined ? {} : { parentName }),
    };
  });
}

/** Where threads are not counted (ps of macOS) the letter has to do: nothing is decided by it here but a number. */
function isDead(process: Process): boolean {
  return isZombie(process) || (process.state === "Z" && process.threads === undefined);
}

const ORDER: readonly HealthStatus[] = ["ok", "unknown", "warning", "critical"];

/** The worst counts; what could not be told is no trouble by itself unless nothing could be. */
function worst(checks: readonly Check[]): HealthStatus {
  if (checks.every(({ status }) => status === "unknown")) return "unknown";
  const found = Math.max(...checks.map(({ status }) => ORDER.indexOf(status)));
  const status = ORDER[found] as HealthStatus;
  return status === "unknown" ? "ok" : status;
}

function zombieCheck(zombies: readonly Zombie[], { zombies: most }: Thresholds): Check {
  const count = zombies.length;
  const parents = new Map<string, number>();
  for (const { parentPid, parentName } of zombies) {
    const parent = `${parentName ?? "?"} (${parentPid})`;
    parents.set(parent, (parents.get(parent) ?? 0) + 1);
  }
  const [first] = [...parents].sort(([, a], [, b]) => b - a);
  const whose = first === undefined ? "" : `, ${first[1]} of them ${first[0]}'s`;
  return {
    name: "zombies",
    status: count > most ? "warning" : "ok",
    says: `${count}${whose}${count > most ? `: more than ${most}` : ""}`,
  };
}

function memoryCheck({ memory, unread }: Vitals, { freeMemoryBytes: least }: Thresholds): Check {
  const name = "memory";
  if (memory === undefined) return { name, status: "unknown", says: `not told${reason(unread, name)}` };
  const available = memory.availableBytes ?? memory.freeBytes;
  const status = available < least * CRITICAL_SHARE_OF_LITTLE ? "critical" : available < least ? "warning" : "ok";
  const limit = status === "ok" ? "" : `: less than ${formatBytes(least)}`;
  return {
    name,
    status,
    says: `${formatBytes(available)} of ${formatBytes(memory.totalBytes)} ${
      memory.availableBytes === undefined ? "free" : "available"
    }${limit}`,
  };
}

function swapCheck({ swap, unread }: Vitals, { swapShare: most }: Thresholds): Check {
  const name = "swap";
  if (swap === undefined) return { name, status: "unknown", says: `not told${reason(unread, "memory")}` };
  if (swap.totalBytes === 0) return { name, status: "ok", says: "there is none" };
  const used = swap.usedBytes / swap.totalBytes;
  const status = used > Math.max(most, SWAP_CRITICAL) ? "critical" : used > most ? "warning" : "ok";
  const limit = status === "ok" ? "" : `: more than ${percent(most)}`;
  return { name, status, says: `${percent(used)} of ${formatBytes(swap.totalBytes)} used${limit}` };
}

function pressureCheck({ memoryPressure }: Vitals): Check[] {
  if (memoryPressure === undefined) return [];
  const { some10, full10 } = memoryPressure;
  const status = full10 >= PRESSURE_FULL ? "critical" : some10 >= PRESSURE_SOME ? "warning" : "ok";
  return [{
    name: "memory pressure",
    status,
    says: `in the last 10 s some work waited for memory ${some10} % of the time, all of it ${full10} %`,
  }];
}

function loadCheck({ load }: Vitals): Check[] {
  if (load === undefined) return [];
  const [, five] = load.average;
  const each = five / load.processors;
  const status = each >= LOAD_CRITICAL ? "critical" : each >= LOAD_WARNING ? "warning" : "ok";
  return [{
    name: "load",
    status,
    says: `${load.average.join(", ")} on ${load.processors} processor${load.processors === 1 ? "" : "s"}${
      status === "ok" ? "" : `: ${each.toFixed(1)} for each`
    }`,
  }];
}

function filled(name: string, used: number, limit: number, show: (value: number) => string, what: string): Check {
  const share = limit === 0 ? 1 : used / limit;
  const status = share >= FILLED_CRITICAL ? "critical" : share >= FILLED_WARNING ? "warning" : "ok";
  // The kernel's "no limit" is a number nobody could read.
  const of = limit > 2 ** 52 ? "no limit" : `${show(limit)}`;
  return { name, status, says: `${show(used)} of ${of} ${what}${status === "ok" ? "" : `: ${percent(share)}`}` };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function reason(unread: Vitals["unread"], name: string): string {
  const why = unread?.[name] ?? unread?.["vitals"];
  return why === undefined ? "" : ` (${why})`;
}
