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
import { type Libc, roomFor } from "./libc.ts";
import { littleEndian } from "./little-endian.ts";

/** clock_gettime(2): runs on while the machine sleeps, as starts are counted. */
const CLOCK_BOOTTIME = 7;
/** sysconf(3), the same numbers in glibc and musl. */
const _SC_CLK_TCK = 2;
const _SC_PAGESIZE = 30;

/** One reading of the clock, with what turns ticks into times. */
export interface Clock {
  /** Epoch milliseconds of the reading. */
  readonly nowMs: number;
  /** Epoch milliseconds at which the boot clock stood at zero, as seen now; whole, as ticks are, so that starts are. */
  readonly bootMs: number;
  /** The boot clock in whole ticks. */
  readonly tick: number;
  readonly ticksPerSecond: number;
  readonly pageBytes: number;
}

/** Reads the clock. */
export function readClock(libc: Libc): Clock {
  const ticksPerSecond = libc.sysconf(_SC_CLK_TCK);
  const pageBytes = libc.sysconf(_SC_PAGESIZE);
  const bootClockMs = readMs(libc, CLOCK_BOOTTIME);
  const nowMs = Date.now();
  return {
    nowMs,
    bootMs: wholeOf(nowMs - bootClockMs + 0.5),
    tick: wholeOf((bootClockMs * ticksPerSecond) / 1000),
    ticksPerSecond,
    pageBytes,
  };
}

/** clock_gettime(2): stands still while the machine sleeps. */
const CLOCK_MONOTONIC = 1;

/** How long the machine has been awake and asleep. Read one after the other: some microseconds are nobody's. */
export function readUptime(libc: Libc): Uptime {
  const awakeMs = readMs(libc, CLOCK_MONOTONIC);
  return { awakeMs: wholeOf(awakeMs), asleepMs: wholeOf(Math.max(0, readMs(libc, CLOCK_BOOTTIME) - awakeMs)) };
}

/** `struct timespec`: seconds and nanoseconds, 64 bits each. */
function readMs(libc: Libc, clock: number): number {
  const { bytes, at } = roomFor(libc, 16);
  const answer = libc.clock_gettime(clock, at);
  if (answer !== 0) throw unread(clock);
  return littleEndian(bytes, 0, 8) * 1000 + littleEndian(bytes, 8, 8) / 1e6;
}

function unread(clock: number): Error {
  return new Error(`clock ${clock} cannot be read (clock_gettime)`);
}

/** A time without its fraction. The runtime makes `Math` when it is first asked for, which takes as long as reading five processes. */
function wholeOf(positive: number): number {
  return positive - positive % 1;
}

/** `tm_gmtoff` in `struct tm` (ctime(3)): after nine ints of four bytes, the sixth of eight. */
const TM_GMTOFF = 5;

/** Minutes east of UTC now. JavaScript's own way loads its tables of time zones, which takes longer than a whole look. */
export function utcOffsetMinutes(libc: Libc): number {
  const now = roomFor(libc, 8);
  const local = roomFor(libc, 64);
  new BigInt64Array(now.bytes.buffer)[0] = BigInt(Math.floor(Date.now() / 1000));
  libc.localtime_r(now.at, local.at);
  return Math.trunc(Number(new BigInt64Array(local.bytes.buffer)[TM_GMTOFF]) / 60);
}
