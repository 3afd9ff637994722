import type { Uptime } from "../../../src/contract.ts";
import type { Win32 } from "./win32.ts";

const HUNDREDS_OF_NS = 10_000n;

/** One count stops while Windows sleeps or lies on the disk, the other goes on; nobody sets either. */
export function readUptime(win: Win32): Uptime {
  const unbiased = new BigUint64Array(1);
  win.QueryUnbiasedInterruptTime(unbiased);
  const awakeMs = Number((unbiased[0] ?? 0n) / HUNDREDS_OF_NS);
  return { awakeMs, asleepMs: Math.max(0, Number(win.GetTickCount64()) - awakeMs) };
}
