/**
 * Waiting for many ends at once.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Target } from "./target.ts";

/** First pause between two looks; the shortest end that a person could notice is far longer. */
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 10;

/**
 * Waits until all are dead or the one deadline of all of them passes: a hundred stubborn processes
 * cost one grace period. The last pause is cut to end on the deadline.
 *
 * A timer and not the event loop: Bun cannot put a pidfd on it.
 */
export async function deaths(
  targets: readonly Target[],
  deadline: number,
  clock: Clock,
  abort?: AbortSignal,
): Promise<"all" | "late" | "interrupted"> {
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    // Each is asked, also after one that lives: those that are dead are settled now, not at the end.
    if (targets.filter((target) => !target.isDead()).length === 0) return "all";
    if (abort?.aborted) return "interrupted";
    const left = deadline - clock.now();
    if (left <= 0) return "late";
    await clock.sleep(Math.min(pause, left));
  }
}
