import { statusName } from "./answer.ts";
import type { Win32 } from "./win32.ts";

const SYSTEM_TIME_OF_DAY_INFORMATION = 3;

/**
 * Names this boot by its time, as a FILETIME. Setting the clock moves the recorded boot time and its
 * bias by the same amount, so the difference stays what it was; a boot time computed from now and
 * the uptime would drift with each call.
 *
 * Fast startup resumes the old kernel and keeps this name. That confuses nobody: starts on Windows
 * are absolute times, so pid and start do not recur after it.
 */
export function readBootId(win: Win32): string {
  const words = new BigInt64Array(6);
  const bytes = new Uint8Array(words.buffer);
  const status = win.NtQuerySystemInformation(SYSTEM_TIME_OF_DAY_INFORMATION, bytes, bytes.length, null) >>> 0;
  if (status !== 0) throw new Error(`Windows did not tell when it was started (${statusName(status)})`);
  return bootId(bytes);
}

/** SYSTEM_TIMEOFDAY_INFORMATION: boot time first, its bias sixth from there (offset 32). */
export function bootId(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (view.getBigInt64(0, true) - view.getBigInt64(32, true)).toString();
}
