/**
 * How the machine was doing, in the words of the older reaper's table, with what it did not know beside.
 *
 * @module
 */
import type { Vitals } from "../contract.ts";
import type { Health } from "./assess.ts";
import type { Thresholds } from "./thresholds.ts";
import type { Result } from "../report.ts";

const MIB = 1024 * 1024;

/** A row for it. */
export interface HealthSample {
  /** `ok` or `warning`: its readers know no other. */
  readonly status: "ok" | "warning";
  readonly details: Readonly<Record<string, number | string>>;
  readonly actionTaken: string | null;
}

/** Whether whoever acts waits for the end of those it asks, or comes back to them in a later round. */
export type Pace = "at once" | "in rounds";

/** Makes one. */
export function healthSample(
  { health, vitals }: { readonly health: Health; readonly vitals: Vitals },
  limits: Thresholds,
  results: readonly Result[],
  maxAgeMs: number | undefined,
  pace: Pace,
): HealthSample {
  const { memory, swap, load } = vitals;
  const touched = results.filter(({ outcome }) => ["asked", "ended", "killed"].includes(outcome));
  const pids = touched.flatMap(({ pid }) => pid === undefined ? [] : [pid]);
  // In rounds whoever is ended by force was asked before, and stands in the row of that: over all rows each counts once.
  const first = touched.filter(({ pid, outcome }) => pid !== undefined && (pace === "at once" || outcome !== "killed"));
  const details: Record<string, number | string> = {
    zombie_count: health.zombies.length,
    zombie_threshold: limits.zombies,
    stale_processes_killed: first.length,
    severity: health.status,
  };
  if (memory !== undefined) {
    details["free_mem_mb"] = Math.round((memory.availableBytes ?? memory.freeBytes) / MIB);
    details["mem_total_mb"] = Math.round(memory.totalBytes / MIB);
  }
  if (swap !== undefined) {
    details["swap_used_mb"] = Math.round(swap.usedBytes / MIB);
    details["swap_pct"] = swap.totalBytes === 0 ? 0 : Number((swap.usedBytes / swap.totalBytes).toFixed(4));
  }
  if (load !== undefined) details["load_1"] = load.average[0];
  if (maxAgeMs !== undefined) details["max_age_minutes"] = maxAgeMs / 60_000;
  return {
    status: health.status === "ok" || health.status === "unknown" ? "ok" : "warning",
    details,
    actionTaken: pids.length === 0 ? null : `Killed PIDs: ${pids.join(", ")}`,
  };
}
