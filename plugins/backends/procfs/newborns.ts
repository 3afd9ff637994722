/**
 * Tells apart processes that were born in the very clock tick in which they were read.
 *
 * The kernel counts starts in ticks of 10 ms (`starttime`, proc_pid_stat(5)). A number can be given
 * away again only after its first owner is gone, and the start is taken after the number
 * (copy_process in kernel/fork.c). So whoever had started before the tick in which the look began
 * shares pid and start with nobody who came after the look: pid and start name it for ever. Only for
 * those younger than that is it no identity (with a pid_max of 300 the numbers go round in 6 ms),
 * and for them the inode of their pidfd is remembered, which never comes again in this boot.
 *
 * What remains: a newborn may be replaced, inside its first tick, between the reading of `stat` and
 * the opening of its pidfd. Then everything but the base line was read from the second one, it is
 * the one held, and its parent is compared with the first one's.
 *
 * @module
 */
import type { Draft, Process } from "../../../src/contract.ts";
import { type Pidfds, pidfds } from "./pidfd.ts";

/** Processes too young for their start to name them, as seen by the looks of one machine. */
export class Newborns {
  readonly #seen: Map<string, string> = new Map();
  readonly #calls: Pidfds | undefined;

  constructor(calls: Pidfds | undefined = pidfds()) {
    this.#calls = calls;
  }

  /**
   * Notes those of a look that started in or after its first tick.
   *
   * @param beganTick The boot clock in ticks, read before the first process was.
   */
  note(drafts: readonly Draft[], beganTick: number): void {
    for (const draft of drafts) {
      if (draft.startToken !== undefined && Number(draft.startToken) >= beganTick) this.#add(draft, draft.startToken);
    }
  }

  /**
   * `by start`: pid and start are enough. `unknown`: it was read too young, and nothing tells it from
   * others with that start. Else the inode that its pidfd must have.
   */
  identity(process: Process): "by start" | "unknown" | { readonly instance: string } {
    const instance = this.#seen.get(`${process.pid} ${process.startToken}`);
    if (instance === undefined) return "by start";
    return instance === "" ? "unknown" : { instance };
  }

  #add(draft: Draft, startToken: string): void {
    const key = `${draft.pid} ${startToken}`;
    const instance = this.#instance(draft.pid);
    const before = this.#seen.get(key);
    // Two looks saw two processes under one name: which of them a snapshot holds cannot be told.
    this.#seen.set(key, instance === undefined || (before !== undefined && before !== instance) ? "" : instance);
  }

  #instance(pid: number): string | undefined {
    const fd = this.#calls?.open(pid);
    if (this.#calls === undefined || typeof fd !== "number") return undefined;
    try {
      return this.#calls.instance(fd);
    } finally {
      this.#calls.close(fd);
    }
  }
}
