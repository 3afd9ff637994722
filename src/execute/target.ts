/**
 * One process on its way to its end: what is known of it, how it is held, what was sent.
 *
 * @module
 */
import type { Hold, Outcome, Process, Refusal, Signal, Since } from "../contract.ts";
import type { Result } from "../report.ts";

/** Told once about each target, when it is settled. */
export type Settled = (target: Target, result: Result) => void;

/** A process that is to end. Settled exactly once; never signalled after that. */
export class Target {
  readonly process: Process;
  /** The process of the snapshot that it is or descends from. */
  readonly origin: Process;
  /** Something that asks or forces it to end was sent. */
  signalled = false;
  #hold: Hold | undefined;
  #isAsJudged = true;
  #forced = false;
  #stopped = false;
  #result: Result | undefined;
  readonly #settled: Settled;

  /** A refused hold settles it at once. */
  constructor(process: Process, hold: Hold | Refusal, settled: Settled, origin: Process = process) {
    this.process = process;
    this.origin = origin;
    this.#settled = settled;
    if ("refused" in hold) this.refuse(hold);
    else this.#hold = hold;
  }

  /** False of one that ran another program or became somebody else: it is judged anew. */
  get isAsJudged(): boolean {
    return this.#isAsJudged;
  }

  /** What became of it; undefined while it is open. */
  get result(): Result | undefined {
    return this.#result;
  }

  get open(): boolean {
    return this.#result === undefined;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Signals that reach it here; none when it is not held. */
  knows(signal: Signal): boolean {
    return this.#hold?.signals.includes(signal) ?? false;
  }

  /** Why it is not any more what was judged, or was asked to end. */
  changed(since: Since): Refusal | undefined {
    return this.#hold?.changed?.(since);
  }

  /** It is not the one that is to end, or may not be touched. */
  refuse(refusal: Refusal): void {
    if (refusal.refused === "replaced" || refusal.refused === "denied") this.#isAsJudged = false;
    this.#refused(refusal);
    this.letGo();
  }

  /** Sends one signal. A refusal settles it: nobody is asked twice who may not be asked. */
  send(signal: Signal): void {
    if (!this.open || this.#hold === undefined) return;
    const answer = this.#hold.send(signal);
    // CONT only helps along what was sent before it.
    if (answer !== "sent") return signal === "CONT" && answer.refused !== "gone" ? undefined : this.#refused(answer);
    if (signal === "STOP") this.#stopped = true;
    else if (signal === "CONT") this.#stopped = false;
    else this.signalled = true;
    if (signal === "KILL") this.#forced = true;
  }

  /** Settles it when it is dead; whether it is. */
  isDead(): boolean {
    if (!this.open) return true;
    if (this.#hold === undefined || this.#hold.alive()) return false;
    this.#died();
    return true;
  }

  settle(outcome: Outcome, because: string): void {
    if (!this.open) return;
    const { pid, startToken } = this.process;
    this.#result = {
      pid,
      ...(startToken === undefined ? {} : { startToken }),
      outcome,
      because,
      ...(this.#hold === undefined ? {} : { grip: this.#hold.grip }),
    };
    this.#settled(this, this.#result);
  }

  /** The same end, told otherwise: something took its place. */
  amend(outcome: Outcome, because: string): void {
    if (this.#result !== undefined) this.#result = { ...this.#result, outcome, because };
  }

  /** Leaves nothing stopped that was not killed. */
  letGo(): void {
    if (this.#stopped && !this.#forced) this.#hold?.send("CONT");
    this.#stopped = false;
    this.#hold?.release();
    this.#hold = undefined;
  }

  #died(): void {
    if (this.#forced) this.settle("killed", "it was ended by force");
    else if (this.signalled) this.settle("ended", "it ended when it was asked");
    else this.settle("gone", "it had ended before the first signal");
  }

  #refused({ refused, because }: Refusal): void {
    if (refused === "gone" && this.signalled) return this.#died();
    if (refused === "unknown") return this.settle("denied", `hands off: ${because}`);
    this.settle(refused, because);
  }
}
