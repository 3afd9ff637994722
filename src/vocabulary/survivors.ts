/**
 * Who was asked to end with a tree, and stayed when the root went. No name says whose it is any more: only that it was
 * seen below that root, in a tree that nobody was responsible for. Pure.
 *
 * @module
 */
import type { AskedTree } from "../snapshot.ts";
import type { Table } from "../table.ts";
import { adopterKind } from "./adopters.ts";

const NOBODY: ReadonlyMap<number, AskedTree> = new Map();

/** Of which tree each survivor was: whoever has lost the parent that it was asked with, by pid. */
export function survivorsOf(table: Table): ReadonlyMap<number, AskedTree> {
  const { sightings } = table.snapshot;
  if (sightings === undefined) return NOBODY;
  const found = new Map<number, AskedTree>();
  for (const { pid, startToken, askedWith } of sightings) {
    const process = askedWith === undefined ? undefined : table.get(pid);
    if (askedWith === undefined || process === undefined || process.startToken !== startToken) continue;
    const parent = table.parent(process);
    if (parent === undefined || adopterKind(parent, table) !== undefined) found.set(pid, askedWith);
  }
  return found;
}
