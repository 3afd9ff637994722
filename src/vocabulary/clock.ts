/**
 * Whether starts can be compared. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { perTable } from "./per-table.ts";

/** When Windows' own first process began, which is there before all others. */
const began = perTable(({ processes }) => {
  let system: number | undefined;
  for (const { name, ppid, startedAt } of processes) {
    if (ppid !== 0 || name !== "System") continue;
    if (startedAt === undefined) return { system: undefined };
    if (system === undefined || startedAt > system) system = startedAt;
  }
  return { system };
});
/** A look takes a moment, and platforms round. */
const ROUNDING_MS = 5_000;
/** What the time service corrects, most often when somebody has just logged in: the clock ran on by itself for a night or a month. */
const CORRECTION_MS = 60_000;

/**
 * Windows notes each start by the clock of that moment. One that is set back later, as at boot beside another system that
 * keeps local time, makes children older than who created them. It shows by starts that are still to come, and by the first
 * process of all, which then is younger than the child too. By a few seconds it is set back at any time, and nothing shows it.
 * Linux counts from its boot.
 */
export function mayBeSetBack(creator: Process, child: Process, table: Table): boolean {
  if (table.host.platform !== "win32") return false;
  const first = began(table).system;
  if (first === undefined || creator.startedAt === undefined || child.startedAt === undefined) return true;
  if (creator.startedAt - child.startedAt < CORRECTION_MS) return true;
  return creator.startedAt > table.takenAt + ROUNDING_MS || first > child.startedAt;
}
