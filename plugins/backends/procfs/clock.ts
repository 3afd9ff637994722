/**
 * The boot clock. Starts are counted on it, so ages are too: wall clock arithmetic (`btime` in
 * /proc/stat) shifts every start with each correction of the wall clock.
 *
 * In a time namespace (time_namespaces(7)) both the clock and `starttime` carry the reader's offset
 * (timens_add_boottime_ns in fs/proc/array.c), so they agree with each other.
 *
 * @module
 */
import type { Uptime } from "../../../src/contract.ts";
import type { Libc } from "./libc.ts";

/** clock_gettime(2): runs on while the machine sleeps, as starts are counted. */
const CLOCK_BOOTTIME = 7;
/** sysconf(3), the same numbers in glibc and musl. */
const _SC_CLK_TCK = 2;
const _SC_PAGESIZE = 30;

/** One reading of the clock, with what turns ticks into times. */
export interface Clock {
  /** Epoch milliseconds of the reading. */
  readonly nowMs: number;
  /** Epoch milliseconds at which the boot clock stood at zero, as seen now. */
  readonly bootMs: number;
  /** The boot clock in whole ticks. */
  readonly tick: number;
  readonly ticksPerSecond: number;
  readonly pageBytes: number;
}

/** Reads the clock. */
export function readClock(libc: Libc): Clock {
  const time = new BigInt64Array(2);
  const ticksPerSecond = libc.sysconf(_SC_CLK_TCK);
  const pageBytes = libc.sysconf(_SC_PAGESIZE);
  const answer = libc.clock_gettime(CLOCK_BOOTTIME, libc.address(new Uint8Array(time.buffer)));
  const nowMs = Date.now();
  if (answer !== 0) throw new Error("the boot clock cannot be read (clock_gettime, CLOCK_BOOTTIME)");
  const bootClockMs = Number(time[0]) * 1000 + Number(time[1]) / 1e6;
  return {
    nowMs,
    bootMs: nowMs - bootClockMs,
    tick: Math.floor((bootClockMs * ticksPerSecond) / 1000),
    ticksPerSecond,
    pageBytes,
  };
}

/** clock_gettime(2): stands still while the machine sleeps. */
const CLOCK_MONOTONIC = 1;

/** How long the machine has been awake and asleep. Read one after the other: some microseconds are nobody's. */
export function readUptime(libc: Libc): Uptime {
  const awakeMs = readMs(libc, CLOCK_MONOTONIC);
  return { awakeMs, asleepMs: Math.max(0, readMs(libc, CLOCK_BOOTTIME) - awakeMs) };
}

function readMs(libc: Libc, clock: number): number {
  const time = new BigInt64Array(2);
  if (libc.clock_gettime(clock, libc.address(new Uint8Array(time.buffer))) !== 0) {
    throw new Error(`clock ${clock} cannot be read (clock_gettime)`);
  }
  return Number(time[0]) * 1000 + Math.trunc(Number(time[1]) / 1e6);
}

/** `tm_gmtoff` in `struct tm` (ctime(3)): nine ints, then a long. */
const TM_GMTOFF = 40;

/** Minutes east of UTC now. JavaScript's own way loads its tables of time zones, which takes longer than a whole look. */
export function utcOffsetMinutes(libc: Libc): number {
  const now = new BigInt64Array([BigInt(Math.floor(Date.now() / 1000))]);
  const local = Buffer.alloc(64);
  libc.localtime_r(libc.address(new Uint8Array(now.buffer)), libc.address(local));
  return Math.trunc(Number(local.readBigInt64LE(TM_GMTOFF)) / 60);
}
