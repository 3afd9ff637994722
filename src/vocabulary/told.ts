/**
 * What a table tells at all: one without a fact of anybody was taken without it, and keeps no secret of this process's. Pure.
 *
 * @module
 */
import { perTable } from "./per-table.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

const told = perTable(() => new Map<keyof Process, boolean>());

/** Whether a table tells this of anybody. */
export function tells(table: Table, fact: keyof Process): boolean {
  const known = told(table);
  let is = known.get(fact);
  if (is === undefined) known.set(fact, is = isIn(table.processes, fact));
  return is;
}

/** In a table that tells it of nobody each process is asked: a function called for each would take three times as long. */
function isIn(processes: readonly Process[], fact: keyof Process): boolean {
  for (const process of processes) if (process[fact] !== undefined) return true;
  return false;
}
