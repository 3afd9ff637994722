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
