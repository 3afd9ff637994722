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
