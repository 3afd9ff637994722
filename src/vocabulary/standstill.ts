/**
 * Time that passed for nobody.
 *
 * @module
 */

/** What a pause may take beyond its time on a machine that is only busy. */
const BUSY_MS = 250;

/**
 * What of a pause that was to take `pauseMs` and took `tookMs` belongs to nobody's time: the machine stood still (a
 * container that was paused, a virtual machine that was moved), and whoever was asked to end has had nothing of it either.
 */
export function standstill(pauseMs: number, tookMs: number): number {
  return Math.max(0, tookMs - pauseMs - BUSY_MS);
}
