/**
 * What a person may ask for, and what holds unless they do.
 *
 * @module
 */

/** How sure one must be. */
export type Confidence = "adopted" | "likely" | "proven";

/** What the person asked for. */
export interface Policy {
  /** How sure one must be. */
  readonly confidence: Confidence;
  /** Younger than this is left alone. */
  readonly minAgeMs: number;
  /** The stale rule; off when undefined. */
  readonly maxAgeMs?: number;
  /**
   * Nobody is watching: only what an earlier look saw as an orphan too, at least this long ago, is
   * ended. Off when undefined: a person who asks is the second look.
   */
  readonly confirmMs?: number;
  /** How long a process has to end by itself after TERM. */
  readonly graceMs: number;
  /** Only these matchers. */
  readonly only?: readonly string[];
  /** What these matchers find is told, and never ended. */
  readonly reportOnly?: readonly string[];
  /** Refuse to end more trees than this at once. */
  readonly limit?: number;
  /** Only these pids. */
  readonly pids?: readonly number[];
  /** Other people's processes too. Then only a strong proof counts, and age never does. */
  readonly allUsers?: boolean;
  /** What lives in pid namespaces below ours too (containers). Then only a strong proof counts, and age never does. */
  readonly hostNamespaces?: boolean;
  /** Texts in arguments or executable paths that protect a process. */
  readonly protect: readonly string[];
}

/** The default policy. */
export const defaultPolicy: Policy = {
  confidence: "likely",
  minAgeMs: 60_000,
  graceMs: 5_000,
  protect: [],
};

/** Whether what a matcher of processes finds is told and never ended. */
export function isToldOnly(matcher: string, { reportOnly }: Pick<Policy, "reportOnly">): boolean {
  return reportOnly?.includes(matcher) === true;
}

/** The same for what lies on disk. */
export function isLeftoverToldOnly(matcher: string, policy: Pick<Policy, "reportOnly">): boolean {
  return isToldOnly(matcher, policy) || isToldOnly("leftovers", policy);
}

/** The rule that it is told by, in words. */
export function toldOnlyRule(matcher: string): string {
  return `report-only in the configuration names ${matcher}`;
}
