/**
 * Cases of guards: what stands against ending the lost server, and what does not.
 *
 * @module
 */
import type { Policy, Process, Snapshot } from "../../../src/contract.ts";

/** One thing that stands against ending it, and what becomes of it then. */
export interface Objection {
  readonly case: string;
  readonly guard: string;
  readonly snapshot: Snapshot;
  readonly verdict: "spared" | "unsure";
  readonly policy?: Partial<Policy>;
}

/** One thing that looks like it, and against which nobody objects. */
export interface Pass {
  readonly case: string;
  readonly snapshot: Snapshot;
  readonly policy?: Partial<Policy>;
}

/** Somebody whose start is known, or is not. */
export function startedAt(startedAt: number | undefined, { startedAt: _, ...process }: Process): Process {
  return startedAt === undefined ? process : { ...process, startedAt };
}
