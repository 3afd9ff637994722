/**
 * A clock that goes forward only while somebody sleeps on it.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";

/** Time is what was slept; `meanwhile` lets something happen during each pause. */
export class ManualClock implements Clock {
  slept = 0;
  readonly #meanwhile: (now: number) => unknown;

  constructor(meanwhile: (now: number) => unknown = () => {}) {
    this.#meanwhile = meanwhile;
  }

  now(): number {
    return this.slept;
  }

  async sleep(ms: number): Promise<void> {
    this.slept += ms;
    await this.#meanwhile(this.slept);
  }
}

/**
 * For one grace period: it passes at once, but not before that has happened which was to happen in it, however long
 * the machine takes. What the kernel does after it gets real time.
 */
export function graceClock(graceMs: number, hasHappened: () => boolean): ManualClock {
  return new ManualClock(async (now) => {
    await Bun.sleep(now > graceMs ? 50 : 1);
    while (!hasHappened()) await Bun.sleep(2);
  });
}
