/**
 * What is found out about a table once, however many of its processes are asked about. Pure.
 *
 * @module
 */
import type { Table } from "../table.ts";

/** Finds something out about each table once. */
export function perTable<T extends object>(find: (table: Table) => T): (table: Table) => T {
  const known = new WeakMap<Table, T>();
  return (table) => {
    let found = known.get(table);
    if (found === undefined) known.set(table, found = find(table));
    return found;
  };
}
