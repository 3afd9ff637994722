/**
 * The table: one `stat` per process.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Draft } from "../../../src/contract.ts";
import type { Clock } from "../procfs/clock.ts";
import { addMissed } from "../_posix/missed.ts";
import { isReleased, parseStart, parseStat } from "../procfs/stat.ts";
import { kinBy } from "./kin.ts";

/** USER_HZ is 100 on every architecture that these runtimes run on (proc(5), sysconf(3)). */
const TICKS_PER_SECOND = 100;
const PAGE_SIZES = [4096, 16_384, 65_536];
const USUAL_PAGE = 4096;

/** What a look brought. */
export interface Listed {
  readonly drafts: Draft[];
  /** Errors that kept a process from being read, and how often. A process that is gone is none. */
  readonly refused: ReadonlyMap<string, number>;
}

/**
 * The boot clock, told from ourselves: we know when we started in ticks, and for how long we run. It stands while the
 * machine sleeps, so after that others seem younger than they are, and are spared the longer.
 */
export function readClock(): Clock {
  const own = readFileSync(`/proc/${process.pid}/stat`, "utf8");
  const started = Number(parseStart(own));
  const nowMs = Date.now();
  const tick = started + Math.floor(process.uptime() * TICKS_PER_SECOND);
  return {
    nowMs,
    bootMs: nowMs - (tick * 1000) / TICKS_PER_SECOND,
    tick,
    ticksPerSecond: TICKS_PER_SECOND,
    pageBytes: pageBytes(own),
  };
}

/** Our own memory in bytes and in pages tells how large a page is. */
function pageBytes(own: string): number {
  const pages = Number(own.slice(own.lastIndexOf(")") + 2).split(" ")[21]);
  const size = ownMemory() / pages;
  if (Number.isNaN(size)) return USUAL_PAGE;
  const nearest = PAGE_SIZES.toSorted((a, b) => Math.abs(Math.log(a / size)) - Math.abs(Math.log(b / size)))[0];
  return nearest ?? USUAL_PAGE;
}

function ownMemory(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    // Where no file can be opened.
    return Number.NaN;
  }
}

/** Reads every process that can be seen. A process that ends meanwhile is left out. */
export function list(clock: Clock): Listed {
  const drafts: Draft[] = [];
  const refused = new Map<string, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^[1-9]/.test(name)) continue;
    try {
      const draft = parseStat(readFileSync(`/proc/${name}/stat`, "utf8"), clock);
      if (!isReleased(draft)) drafts.push(draft);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "a line that cannot be read";
      if (code !== "ENOENT" && code !== "ESRCH") refused.set(code, (refused.get(code) ?? 0) + 1);
    }
  }
  // Where processes of others are hidden (hidepid), the first one is too.
  if (refused.size > 0 || !drafts.some(({ pid }) => pid === 1)) addMissed(drafts, kinBy(clock));
  return { drafts: drafts.sort((a, b) => a.pid - b.pid), refused };
}

/** One process, or undefined when it cannot be read. */
export function one(pid: number, clock: Clock): Draft | undefined {
  try {
    const draft = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"), clock);
    return isReleased(draft) ? undefined : draft;
  } catch {
    return undefined;
  }
}

/** Only its start: whether a number still means the same process. */
export function startOf(pid: number): string | undefined {
  try {
    return parseStart(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}
