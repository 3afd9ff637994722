/**
 * What those who start the keeper of a slot and the keeper itself agree on.
 *
 * @module
 */
import type { Machine } from "../../contract.ts";
import { isZombie } from "../../process.ts";
import { identify } from "./ground.ts";

/** What the keeper says when it watches. */
export const READY = "watching\n";

/** The variable in which a keeper is told of its server: a command line would show everybody the password. */
export const SERVER_VARIABLE = "AGENT_REAPER_STORE";

/** A keeper that is asked to let go answers at once; one that does not is told of. */
export const ANSWER_MS = 5_000;

/** What `slots keep` takes. */
export interface KeepOptions {
  readonly forPid: number;
  readonly start: string;
  readonly slot: number;
  /** Where the slots' files are. Absent: they are a server's, which a variable names. */
  readonly directory?: string;
  readonly compat?: "sqlite-graphrag";
  readonly name?: string;
  readonly max?: number;
}

/** Whether that very process lives. */
export function lives(machine: Machine, pid: number, start: string): boolean {
  const now = identify(machine, pid);
  return now !== undefined && now.startToken === start && !isZombie(now);
}
