/**
 * A slot that is lost while its command runs.
 *
 * @module
 */

/** How a slot was lost. */
export interface Loss {
  readonly because: string;
  /** How long its command may take to end: later somebody else may have the slot. */
  readonly graceMs: number;
}

/** At most, and at least so long before somebody else may have it. */
const GRACE_MS = 2_000;
const TO_SPARE_MS = 1_000;

/** The grace that is left when the server may give the slot away after `givesAwayMs` of silence, so long after it heard of us. */
export function graceLeft(givesAwayMs: number, silentMs: number): number {
  return Math.max(0, Math.min(GRACE_MS, givesAwayMs - TO_SPARE_MS - silentMs));
}
