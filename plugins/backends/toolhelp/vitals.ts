/**
 * How a Windows is doing, from GlobalMemoryStatusEx. Windows keeps no load average and has no limit
 * on processes but memory.
 *
 * @module
 */
import type { Vitals } from "../../../src/contract.ts";
import { fixedBytes, type Win32 } from "./win32.ts";

/** MEMORYSTATUSEX: two DWORDs, then seven DWORDLONGs. */
const STATUS_BYTES = 64;

/** Asks the kernel. */
export function readVitals(win: Win32): Vitals {
  const bytes = fixedBytes(STATUS_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, STATUS_BYTES, true);
  if (win.GlobalMemoryStatusEx(bytes) === 0) return { unread: { memory: `error ${win.GetLastError()}` } };
  return { ...parseMemoryStatus(view), unread: { load: "Windows keeps none" } };
}

/**
 * What Windows calls the page file is the limit of what may be committed: memory and page files
 * together. What of it is beyond memory is what elsewhere is called swap.
 */
export function parseMemoryStatus(view: DataView): Pick<Vitals, "memory" | "swap"> {
  const [totalBytes, availableBytes, committable, uncommitted] = [8, 16, 24, 32].map((at) =>
    Number(view.getBigUint64(at, true))
  ) as [number, number, number, number];
  const swapTotal = Math.max(0, committable - totalBytes);
  const swapFree = Math.max(0, Math.min(swapTotal, uncommitted - availableBytes));
  return {
    memory: { totalBytes, freeBytes: availableBytes, availableBytes },
    swap: { totalBytes: swapTotal, usedBytes: swapTotal - swapFree },
  };
}
