import { sightingOf } from "../../src/vocabulary/survivors.ts";
import { formatDuration } from "../../src/contract.ts";
import type { Guard } from "../../src/contract.ts";

/**
 * A server that has run for three days and whose parent died 50 ms ago is in an orderly shutdown: where
 * nobody watches, being too young is counted from the first sighting as an orphan too.
 */
const firstSight: Guard = {
  name: "first-sight",
  summary: "where nobody watches: what no earlier look saw as an orphan too",
  asks: "root",
  needs: [],
  object(process, { table, policy }) {
    if (policy.confirmMs === undefined) return undefined;
    const before = sightingOf(process, table);
    if (before === undefined) return { stands: "spare", because: "it is seen as an orphan for the first time" };
    const knownMs = table.takenAt - before.firstSeenAt;
    if (knownMs >= policy.confirmMs) return undefined;
    return {
      stands: "spare",
      because: `first seen as an orphan ${formatDuration(Math.max(0, knownMs))} ago, less than ${
        formatDuration(policy.confirmMs)
      }`,
    };
  },
};

export default firstSight;
