/**
 * The loop: a round, what it did is told and kept, then it waits. A round that fails is told and the
 * next one runs. Everything that ends it, ends it at once: between two steps nothing is half done.
 *
 * @module
 */
import { sleepUntilTold } from "../clock.ts";
import type { Round } from "./round.ts";

/** What the loop is made of. */
export interface WatchRequest {
  readonly everyMs: number;
  /** The first round at once and not after an interval. */
  readonly atOnce: boolean;
  readonly signal: AbortSignal;
  /** Whether everything stands still for now, and why. */
  readonly isPaused: () => string | undefined;
  /** One round; undefined: somebody else is at work, and it is tried again soon. */
  readonly round: () => Promise<Round | undefined>;
  /** Told after each round. */
  readonly done: (round: Round, tookMs: number) => Promise<void>;
  /** Told of one that broke off. */
  readonly failed: (error: unknown) => Promise<void>;
  /** Told once when it begins to stand still. */
  readonly paused: (why: string) => Promise<void>;
  /** For tests. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const AGAIN_MS = 1_000;
/** Somebody's grace is over at this moment: a little later it certainly is. */
const LATER_MS = 10;
/** setTimeout takes no more (2^31 - 1), and waits a millisecond instead. */
const LONGEST_MS = 2 ** 31 - 1;

/** Runs until it is told to end. */
export async function watch(request: WatchRequest): Promise<void> {
  const { everyMs, signal, sleep = sleepUntilTold } = request;
  let waitMs = request.atOnce ? 0 : everyMs;
  let wasPaused = false;
  for (;;) {
    await sleep(Math.min(waitMs, LONGEST_MS), signal);
    if (signal.aborted) return;
    waitMs = everyMs;
    const why = request.isPaused();
    if (why !== undefined) {
      if (!wasPaused) await request.paused(why);
      wasPaused = true;
      continue;
    }
    wasPaused = false;
    try {
      const began = performance.now();
      const round = await request.round();
      if (round === undefined) {
        waitMs = Math.min(everyMs, AGAIN_MS);
        continue;
      }
      if (round.dueMs !== undefined) waitMs = Math.min(everyMs, round.dueMs + LATER_MS);
      await request.done(round, performance.now() - began);
    } catch (error) {
      await request.failed(error);
    }
  }
}
