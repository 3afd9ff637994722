/**
 * Time as the acting step sees it: it passes, and one can wait. Injected, so that a grace period of
 * five seconds takes no time in a test and exactly five seconds can be asserted.
 *
 * @module
 */

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
