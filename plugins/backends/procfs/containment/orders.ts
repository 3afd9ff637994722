/**
 * What the front tells the guardian.
 *
 * @module
 */
import type { Identity } from "../../../../src/process.ts";

/** A command, and how it is to be kept. */
export interface Orders {
  readonly front: Identity;
  readonly graceMs: number;
  readonly timeoutMs?: number;
  readonly detachOk: boolean;
  readonly variables: Readonly<Record<string, string>>;
  /** Descriptors above the standard ones that are the command's. */
  readonly handedDown: readonly number[];
  /** The caller's signal mask, as the kernel has it. */
  readonly blocked: readonly number[];
  /** Signals that the caller ignores and the runtime does not tell. */
  readonly ignored: readonly number[];
  /** Put before the command: a program of ours that runs it in turn. */
  readonly through: readonly string[];
  /** How many of our last arguments are the command. */
  readonly words: number;
}
