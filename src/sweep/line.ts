/**
 * What a sweep says that ended something.
 *
 * @module
 */
import type { Outcome } from "../contract.ts";
import type { Finding, Result } from "../report.ts";

const TOLD: readonly (readonly [outcomes: readonly Outcome[], says: string])[] = [
  [["asked", "ended"], "asked to end"],
  [["killed"], "ended by force"],
  [["denied", "survived"], "could not end"],
];
const MOST_NAMED = 3;

/** Its clauses; none when nobody was signalled. */
export function lineOf(trees: readonly Finding[], results: readonly Result[]): string[] {
  const parts: string[] = [];
  for (const [outcomes, says] of TOLD) {
    const pids = new Set(results.filter(({ outcome }) => outcomes.includes(outcome)).map(({ pid }) => pid));
    const touched = trees.filter(({ members }) => members.some(({ pid }) => pids.has(pid)));
    if (touched.length === 0) continue;
    const named = touched.slice(0, MOST_NAMED).map(({ root, claim, members }) =>
      `${claim.family} ${root.pid}${members.length === 1 ? "" : ` (${members.length} processes)`}`
    );
    const more = touched.length > MOST_NAMED ? ` and ${touched.length - MOST_NAMED} more` : "";
    parts.push(`${says} ${named.join(", ")}${more}`);
  }
  if (parts.length > 0) parts.push(`${parts.pop()}: nobody is responsible for them any more`);
  return parts;
}
