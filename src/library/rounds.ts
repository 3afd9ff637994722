/**
 * One round after the other, until somebody stops them.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { errorText } from "../errors.ts";
import { quietSleep } from "./quiet.ts";

const EVERY_MS = 5 * 60_000;

/** What the rounds are made of. */
export interface Rounds {
  readonly every?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The host's own, or undefined: then waiting keeps no program alive. */
  readonly clock: Clock | undefined;
  readonly warn: (message: string) => void;
  round(signal: AbortSignal): Promise<void>;
}

/** Goes rounds, the first after `every`, never two at once. A round that fails does not stop the next. */
export function startRounds({ every = EVERY_MS, signal, clock, warn, round }: Rounds): () => void {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  if (signal?.aborted === true) return stop;
  signal?.addEventListener("abort", stop, { once: true });
  const stopped = controller.signal;
  const pause = (): Promise<void> => clock === undefined ? quietSleep(every, stopped) : clock.sleep(every);
  const go = async (): Promise<void> => {
    for (;;) {
      await pause();
      if (stopped.aborted) return;
      try {
        await round(stopped);
      } catch (error) {
        // Who stopped it, and closed what it worked with, knows.
        if (stopped.aborted) return;
        warn(`a round failed, the next comes in ${every} ms: ${errorText(error)}`);
      }
    }
  };
  void go().finally(() => signal?.removeEventListener("abort", stop));
  return stop;
}
