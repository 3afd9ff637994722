/**
 * What the first steps of a sweep leave to the next.
 *
 * @module
 */
import type { KeptFile } from "../contract.ts";
import type { SweepOptions } from "./arguments.ts";

/** A sweep that has begun. */
export interface BegunSweep {
  readonly options: SweepOptions;
  /** How long another one's work counts as ours. */
  readonly everyMs: number;
  /** The memory, where it is open already. */
  readonly kept?: KeptFile;
}

/** What there is to do next; `over`: nothing. */
export type Begun = "over" | "help" | BegunSweep | { readonly wrong: string; readonly strict: boolean };
