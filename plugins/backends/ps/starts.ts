/**
 * Start times as identities.
 *
 * macOS: `lstart` is the kernel's own record of the moment (p_starttime), in whole seconds. It never
 * moves, but two processes of one second that got the same number share it: pid and start are a weaker
 * identity than elsewhere, and a hold compares parent, owner and command line beside it.
 *
 * Linux: the kernel counts from boot, and `ps` adds a boot time that it works out anew each time, so
 * what it prints moves by a second now and then and with every step of the clock. The identity is the
 * count of ticks, which `ps` does not print: it is read from /proc/<pid>/stat, and believed only
 * where it agrees with the printed second and parent, measured from our own row.
 *
 * @module
 */
import { readFileSync, readlinkSync } from "node:fs";
import type { Draft } from "../../../src/contract.ts";
import type { Dialect, Row } from "./columns.ts";

/** A start, for people and as identity. */
export interface Start {
  readonly startedAt: number;
  readonly startToken: string;
}

/** USER_HZ is 100 on every architecture that the runtime runs on (proc(5), sysconf(3)). */
const TICKS_PER_SECOND = 100;

/** Tells the start of a row of the same look as our own. */
export function exactStarts(dialect: Dialect, own: Row): (row: Row) => Start | undefined {
  return dialect === "darwin" ? bySecond : byTick(own);
}

function bySecond({ start }: Row): Start | undefined {
  return start === undefined ? undefined : { startedAt: start * 1000, startToken: String(start) };
}

function byTick(own: Row): (row: Row) => Start | undefined {
  const ownTicks = readStat(own.pid)?.ticks;
  if (ownTicks === undefined || own.start === undefined) return () => undefined;
  const boot = own.start - Math.floor(ownTicks / TICKS_PER_SECOND);
  return (row) => {
    const stat = readStat(row.pid);
    if (stat === undefined || row.start === undefined || stat.ppid !== row.ppid) return undefined;
    const startedAt = (boot + stat.ticks / TICKS_PER_SECOND) * 1000;
    // Another second than printed: its number was given away between the two readings.
    if (Math.abs(Math.floor(startedAt / 1000) - row.start) > 1) return undefined;
    return { startedAt: Math.round(startedAt), startToken: String(stat.ticks) };
  };
}

/** Linux: one process without `ps`, where the numbers of /proc are ours. */
export function identify(pid: number): Draft | undefined {
  try {
    if (readlinkSync("/proc/self") !== String(process.pid)) return undefined;
  } catch {
    return undefined;
  }
  const stat = readStat(pid);
  return stat === undefined ? undefined : { pid, ppid: stat.ppid, startToken: String(stat.ticks) };
}

function readStat(pid: number): { readonly ppid: number; readonly ticks: number } | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

/** Parent and start out of a line of proc_pid_stat(5). The name may hold anything: its end is the last bracket. */
export function parseStat(text: string): { readonly ppid: number; readonly ticks: number } | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 1).trim().split(" ");
  const [ppid, ticks] = [fields[1], fields[19]];
  if (ppid === undefined || ticks === undefined || !/^\d+$/.test(ppid) || !/^\d+$/.test(ticks)) return undefined;
  return { ppid: Number(ppid), ticks: Number(ticks) };
}
