/**
 * Process groups. Interactive shells give each job one of its own; what scripts and programs start stays in theirs. Pure.
 *
 * @module
 */
import { hasEnded } from "../process.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { tells } from "./told.ts";

/** Another one that leads its process group and lives; `unknown` where nobody could tell. */
export function livingLeader({ pid, pgid }: Process, table: Table): Process | "unknown" | undefined {
  if (pgid === undefined) return tells(table, "pgid") ? "unknown" : undefined;
  if (pgid <= 1 || pgid === pid) return undefined;
  const leader = table.get(pgid);
  if (leader === undefined) return table.isAbsent(pgid) === true ? undefined : "unknown";
  // Kernels give nobody the number of a group that somebody is in: who looks younger has seen the clock set back.
  return hasEnded(leader) ? undefined : leader;
}
