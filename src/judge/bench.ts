/**
 * What lies on the judge's bench.
 *
 * @module
 */
import type { Policy } from "../contract.ts";
import type { Judges } from "../judges.ts";
import type { Table } from "../table.ts";
import type { Claimed } from "./claims.ts";

/** All that judging takes beside the tree itself. */
export interface Bench extends Pick<Judges, "matchers" | "guards" | "proofs"> {
  readonly table: Table;
  readonly policy: Policy;
  readonly claims: ReadonlyMap<number, Claimed>;
  /** Whether a pid is of a tree that is known to be an orphan. */
  isOrphan(pid: number): boolean;
  /** Keep every gate of the root, also those that said nothing. */
  readonly full?: boolean;
}
