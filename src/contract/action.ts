/**
 * What ends.
 *
 * @module
 */
import type { Signal } from "./machine.ts";

/** An action ends one kind of subject. */
export interface Action {
  /** Its name, which is its file's. */
  readonly name: string;
  /** One line for `plugins`. */
  readonly summary: string;
  /** What it acts on. */
  readonly subject: "processes" | "leftovers" | "registry" | "slots";
  /** Processes: what asks a target to end, and what ends those that outlive the grace period. */
  readonly signals?: { readonly ask: readonly Signal[]; readonly force: Signal };
}
