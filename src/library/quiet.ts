/**
 * Waiting that keeps no program alive.
 *
 * @module
 */
import { clearTimeout, setTimeout } from "node:timers";

/** Waits, or is called off. */
export function quietSleep(ms: number, off: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      off.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    timer.unref();
    off.addEventListener("abort", end);
  });
}
