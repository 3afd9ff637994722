/**
 * Waiting that keeps no program alive.
 *
 * @module
 */
import { clearTimeout, setTimeout } from "node:timers";

/** Waits, or is called off; not at all when it is already. */
export function quietSleep(ms: number, off: AbortSignal): Promise<void> {
  if (off.aborted) return Promise.resolve();
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
