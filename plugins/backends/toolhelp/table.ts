import type { Draft } from "../../../src/contract.ts";
import { STATUS_INFO_LENGTH_MISMATCH, statusName } from "./answer.ts";
import { seconds, startOf } from "./filetime.ts";
import { openProcess, PROCESS_QUERY_LIMITED_INFORMATION, timesOf, workingSetOf } from "./handle.ts";
import { type Entry, PROCESSENTRY32W_BYTES, readEntry, readRows, type Row } from "./records.ts";
import { fixedBytes, type Win32 } from "./win32.ts";

const TH32CS_SNAPPROCESS = 2;
const INVALID_HANDLE = -1;
const SYSTEM_PROCESS_INFORMATION = 5;
const IDLE_PID = 0;

/** The whole table: who is there by Toolhelp32, and since when, with what, by the system's own list. */
export function readTable(win: Win32): Draft[] {
  const lookedAt = systemTime(win);
  const entries = readEntries(win);
  const rows = readSystemRows(win);
  return entries.map((entry) =>
    rows === undefined ? byHandle(win, entry, lookedAt) : byRow(entry, rows.get(entry.pid))
  );
}

/** Toolhelp32 alone. */
export function readEntries(win: Win32): Entry[] {
  const snapshot = win.CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (snapshot === INVALID_HANDLE || snapshot === 0) {
    throw new Error(`Windows gave no list of processes (CreateToolhelp32Snapshot, error ${win.GetLastError()})`);
  }
  try {
    const bytes = new Uint8Array(PROCESSENTRY32W_BYTES);
    new DataView(bytes.buffer).setUint32(0, PROCESSENTRY32W_BYTES, true);
    const entries: Entry[] = [];
    for (let more = win.Process32FirstW(snapshot, bytes); more !== 0; more = win.Process32NextW(snapshot, bytes)) {
      entries.push(readEntry(bytes));
    }
    if (entries.length === 0) throw new Error("Windows gave an empty list of processes (Process32FirstW)");
    return entries;
  } finally {
    win.CloseHandle(snapshot);
  }
}

/** The system's list, or undefined when Windows will not tell it. */
function readSystemRows(win: Win32): Map<number, Row> | undefined {
  const needed = new Uint32Array(1);
  for (let size = 1 << 18; size <= 1 << 28;) {
    const bytes = fixedBytes(size);
    const status = win.NtQuerySystemInformation(SYSTEM_PROCESS_INFORMATION, bytes, size, needed) >>> 0;
    if (status === 0) return readRows(bytes, win.addressOf(bytes));
    if (status !== STATUS_INFO_LENGTH_MISMATCH) return undefined;
    // Processes start while we make room; the answer grows between the calls.
    size = Math.max(size * 2, (needed[0] as number) + (1 << 16));
  }
  return undefined;
}

/**
 * Joins what two calls saw. They are not one moment: a number given away between them shows as
 * another creator or name, and then nothing is known about the first holder's start. Should all
 * three recur, the draft is the second process, whole: it carries that one's start.
 */
export function byRow(entry: Entry, row: Row | undefined): Draft {
  if (entry.pid === IDLE_PID) return { ...base(entry), name: "System Idle Process", ...(row && load(row)) };
  if (row === undefined || row.ppid !== entry.ppid || !sameName(entry.name, row.name)) {
    return { ...base(entry), unread: { startToken: "ended or replaced while the table was read" } };
  }
  const start = startOf(row.createdAt);
  if (start === undefined) return { ...base(entry), unread: { startToken: "Windows keeps none" } };
  return { ...base(entry), ...start, ...load(row), threads: row.threads };
}

/**
 * The documented way, process by process. Here only the clock tells a recycled number: what was
 * created after the list was asked for is not what stands in it. Setting the clock back makes
 * starts unknown, never wrong.
 */
export function byHandle(win: Win32, entry: Entry, lookedAt: bigint): Draft {
  const unknown = (why: string): Draft => ({ ...base(entry), unread: { startToken: why } });
  const opened = openProcess(win, entry.pid, PROCESS_QUERY_LIMITED_INFORMATION);
  if ("status" in opened) return unknown(statusName(opened.status));
  try {
    const times = timesOf(win, opened.handle);
    if ("why" in times) return unknown(times.why);
    const start = startOf(times.value.createdAt);
    if (start === undefined || times.value.createdAt > lookedAt) return unknown("replaced while the table was read");
    const rss = workingSetOf(win, opened.handle);
    return {
      ...base(entry),
      ...start,
      cpuSeconds: seconds(times.value.cpu),
      ...("value" in rss ? { rss: rss.value } : { unread: { rss: rss.why } }),
    };
  } finally {
    win.CloseHandle(opened.handle);
  }
}

/** Now as FILETIME, in the clock that process starts are stamped with. */
export function systemTime(win: Win32): bigint {
  const time = new BigUint64Array(1);
  win.GetSystemTimePreciseAsFileTime(time);
  return time[0] as bigint;
}

function base(entry: Entry): Draft {
  return { pid: entry.pid, ppid: entry.ppid, name: entry.name, threads: entry.threads };
}

function load(row: Row): Pick<Draft, "rss" | "cpuSeconds"> {
  return { rss: row.workingSetBytes, cpuSeconds: seconds(row.cpu) };
}

/** Toolhelp32 cuts names at 259 letters. */
function sameName(entry: string, row: string): boolean {
  return entry === row.slice(0, 259);
}
