/**
 * The same judgement for what lies on disk.
 *
 * @module
 */
import type { LeftoverMatcher } from "./contract.ts";
import type { LeftoverFinding } from "./report.ts";
import type { Table } from "./table.ts";

/** Judges every leftover of a snapshot; of two matchers the one that would keep it stands. */
export function judgeLeftovers(table: Table, matchers: readonly LeftoverMatcher[]): LeftoverFinding[] {
  const findings: LeftoverFinding[] = [];
  for (const leftover of table.snapshot.leftovers ?? []) {
    let found: LeftoverFinding | undefined;
    for (const matcher of matchers) {
      const judgement = matcher.judge(leftover, table);
      if (judgement === undefined) continue;
      if (found !== undefined && (found.verdict !== "leftover" || judgement.verdict === "leftover")) continue;
      found = { leftover, matcher: matcher.name, ...judgement };
    }
    if (found !== undefined) findings.push(found);
  }
  return findings.sort((a, b) => (a.leftover.path < b.leftover.path ? -1 : 1));
}
