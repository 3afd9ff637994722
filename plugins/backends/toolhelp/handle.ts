import { type Answer, statusName } from "./answer.ts";
import type { Handle, Win32 } from "./win32.ts";

export const PROCESS_TERMINATE = 0x0001;
export const PROCESS_VM_READ = 0x0010;
export const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
export const SYNCHRONIZE = 0x0010_0000;

const WAIT_OBJECT_0 = 0;
const MAX_PATH_LETTERS = 32_768;

/** A handle, or the NTSTATUS that stood against it. */
export type Opened = { readonly handle: Handle } | { readonly status: number };

/**
 * Opens a process by pid. Windows ignores the two lowest bits of the number (1001 opens 1000), so
 * whoever holds the handle still has to ask who it is.
 */
export function openProcess(win: Win32, pid: number, access: number): Opened {
  const handle = new BigUint64Array(1);
  const attributes = new BigUint64Array(6);
  attributes[0] = 48n; // OBJECT_ATTRIBUTES.Length; the rest stays zero
  const client = new BigUint64Array([BigInt(pid), 0n]);
  const status = win.NtOpenProcess(handle, access, attributes, client) >>> 0;
  return status === 0 ? { handle: Number(handle[0]) } : { status };
}

/** A fact that pins identity: when the process was created, in FILETIME. */
export interface Times {
  readonly createdAt: bigint;
  readonly cpu: bigint;
}

export function timesOf(win: Win32, handle: Handle): Answer<Times> {
  const times = Array.from({ length: 4 }, () => new BigUint64Array(1));
  const [created, exited, kernel, user] = times as [BigUint64Array, BigUint64Array, BigUint64Array, BigUint64Array];
  if (win.GetProcessTimes(handle, created, exited, kernel, user) === 0) {
    return { why: "GetProcessTimes failed" };
  }
  return { value: { createdAt: created[0] as bigint, cpu: (kernel[0] as bigint) + (user[0] as bigint) } };
}

/** PROCESS_MEMORY_COUNTERS.WorkingSetSize. */
export function workingSetOf(win: Win32, handle: Handle): Answer<number> {
  const counters = new BigUint64Array(9);
  if (win.K32GetProcessMemoryInfo(handle, counters, counters.byteLength) === 0) {
    return { why: "K32GetProcessMemoryInfo failed" };
  }
  return { value: Number(counters[2]) };
}

/** The executable's path as Win32 writes it. */
export function imageOf(win: Win32, handle: Handle): Answer<string> {
  const path = new Uint8Array(MAX_PATH_LETTERS * 2);
  const letters = new Uint32Array([MAX_PATH_LETTERS]);
  if (win.QueryFullProcessImageNameW(handle, 0, path, letters) === 0) {
    return { why: "QueryFullProcessImageNameW failed" };
  }
  return { value: Buffer.from(path.buffer, 0, (letters[0] as number) * 2).toString("utf16le") };
}

/** NtQueryInformationProcess(ProcessBasicInformation). */
export interface Basics {
  readonly pebAddress: number;
  readonly pid: number;
  readonly ppid: number;
}

export function basicsOf(win: Win32, handle: Handle): Answer<Basics> {
  const words = new BigUint64Array(6);
  const status = win.NtQueryInformationProcess(handle, 0, words, words.byteLength, null) >>> 0;
  if (status !== 0) return { why: statusName(status) };
  return { value: { pebAddress: Number(words[1]), pid: Number(words[4]), ppid: Number(words[5]) } };
}

/** Whether the process has ended; its object outlives it as long as anyone has a handle. */
export function hasEnded(win: Win32, handle: Handle): boolean {
  return win.WaitForSingleObject(handle, 0) === WAIT_OBJECT_0;
}

const STATUS_INVALID_CID = 0xc000_000b;

/** Whether some living process has this pid; undefined where Windows does not tell. */
export function isAlive(win: Win32, pid: number): boolean | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid > 0xffff_ffff) return undefined;
  if (pid % 4 !== 0) return false;
  const opened = openProcess(win, pid, PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE);
  if ("status" in opened) return opened.status === STATUS_INVALID_CID ? false : undefined;
  try {
    return !hasEnded(win, opened.handle);
  } finally {
    win.CloseHandle(opened.handle);
  }
}
