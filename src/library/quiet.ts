/**
 * Waiting that keeps no program alive.
 *
 * @module
 */
import { clearTimeout, setTimeout } from "node:timers";

/** A timer takes no more (2^31 - 1), and waits a millisecond instead. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits, or is called off; not at all when it is already. */
export function quietSleep(ms: number, off: AbortSignal): Promise<void> {
  if (off.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      off.removeEventListener("abort", end);
      resolve();
    };
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number): void => {
      const next = left > LONGEST_MS ? () => wait(left - LONGEST_MS) : end;
      timer = setTimeout(next, Math.min(left, LONGEST_MS));
      timer.unref();
    };
    wait(ms);
    off.addEventListener("abort", end);
  });
}
