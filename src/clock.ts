/**
 * Time as the acting step sees it: it passes, and one can wait. Injected, so that a grace period of
 * five seconds takes no time in a test and exactly five seconds can be asserted.
 *
 * @module
 */
import { standstill } from "./vocabulary/standstill.ts";

/** A clock that only goes forward. */
export interface Clock {
  /** Milliseconds since some moment; meaningful as differences only. */
  now(): number;
  /** Passes that much of it. */
  sleep(ms: number): Promise<void>;
}

/** The machine's monotonic clock: setting the wall clock shortens no grace period. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Passes that much time, in which nothing else is done here: for moments. Every runtime has it. */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Passes that much time, or less when somebody ends it; none when they have already. */
export function sleepUntilTold(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/**
 * The same clock without what passed while the machine stood still: for one grace period, in which whoever was asked to
 * end is to have had its time. Not where somebody else's clock goes on (a budget, a server).
 */
export function fair(clock: Clock): Clock {
  let stoodMs = 0;
  return {
    now: () => clock.now() - stoodMs,
    async sleep(ms) {
      const beganAt = clock.now();
      await clock.sleep(ms);
      stoodMs += standstill(ms, clock.now() - beganAt);
    },
  };
}
