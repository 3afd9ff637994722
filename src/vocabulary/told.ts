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
  if (is === undefined) known.set(fact, is = table.processes.some((process) => process[fact] !== undefined));
  return is;
}
