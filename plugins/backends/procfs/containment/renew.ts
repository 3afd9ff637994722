/**
 * The copy of the front becomes the program anew (execve(2)), once the command has lived for a moment: same
 * process, same parent, same children, but without the engine's threads. Where a user's processes are used up the engine
 * aborts when it cannot make one, and in a long life it wants to (../threads.ts); the command would be ended with it.
 *
 * Signals that come meanwhile wait: they are blocked, and stay pending. What the front says waits in the channel.
 *
 * @module
 */
import { type Calls, text } from "./calls.ts";
import type { Orders } from "./orders.ts";
import { encoded } from "./self.ts";
import { become, environmentWithoutThreads, inherit, OWN_PROGRAM } from "./spawn.ts";

/** What the guardian was in the middle of. */
export interface Resumed {
  readonly orders: Orders;
  /** The command's pid. */
  readonly command: number;
}

/** Becomes the program anew; comes back only when that cannot be. */
export function renew(calls: Calls, word: string, channel: number, resumed: Resumed): void {
  const environment = environmentWithoutThreads();
  if (environment === undefined) return;
  // The runtime does not start in a directory that is gone, and the command may remove the one that it was started in.
  calls.chdir(text("/"));
  inherit(calls, channel, true);
  const words = ["agent-reaper", word, String(channel), JSON.stringify(resumed)].map(encoded);
  become(calls, OWN_PROGRAM, words, environment);
  inherit(calls, channel, false);
}
