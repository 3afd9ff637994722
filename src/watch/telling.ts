/**
 * Tells others what rounds did, while the rounds go on: who is slow to listen holds up nobody's end. What happens
 * meanwhile is told together, when they have listened.
 *
 * @module
 */
import { errorText } from "../errors.ts";
import type { Event } from "./lines.ts";

/** Of more the oldest are left out: the journal has them all. */
const MOST_WAITING = 1_000;

/** What others are told by. */
export interface TellingOptions {
  /** `run`: the last round that it happened in. Says of each that could not be told why. */
  readonly send: (run: string, events: readonly Event[]) => Promise<readonly string[]>;
  readonly trouble: (line: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** One at a time. */
export class Telling {
  readonly #with: TellingOptions;
  #waiting: readonly Event[] = [];
  #run = "";
  #isTelling = false;

  constructor(options: TellingOptions) {
    this.#with = options;
  }

  /** Waits for nobody. */
  tell(run: string, events: readonly Event[]): void {
    if (events.length === 0) return;
    this.#run = run;
    this.#waiting = [...this.#waiting, ...events].slice(-MOST_WAITING);
    if (!this.#isTelling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    const { send, trouble, signal } = this.#with;
    this.#isTelling = true;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const events = this.#waiting;
      this.#waiting = [];
      const troubles = await send(this.#run, events).catch((error) => [errorText(error)]);
      for (const line of signal.aborted ? [] : troubles) await trouble(line);
    }
    this.#isTelling = false;
  }
}
