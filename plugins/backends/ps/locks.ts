/**
 * Locks and commands where only POSIX is known: who is stopped is not asked.
 *
 * @module
 */
import type { Commands, Locks } from "../../../src/contract.ts";
import { posixCommands } from "../_posix/commands.ts";
import { lookAgain, posixLocks } from "../_posix/locks.ts";

const isStopped = (): boolean => false;

/** Locks of this machine. */
export function locks(): Locks {
  return posixLocks({ watch: (_directory, _names, life) => lookAgain(life), isStopped });
}

/** Commands of this machine. */
export function commands(): Commands {
  return posixCommands(isStopped);
}
