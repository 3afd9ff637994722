/**
 * What earlier looks remembered: above all who was asked to end with a tree, and stayed when the root went. No name says
 * whose it is any more, only that it was seen below that root, in a tree that nobody was responsible for. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";
import type { AskedTree, Sighting } from "../snapshot.ts";
import type { Table } from "../table.ts";
import { hasLostParent } from "./adopters.ts";

/** What is remembered of that very process. */
export function sightingOf({ pid, startToken }: Process, { snapshot }: Table): Sighting | undefined {
  return snapshot.sightings?.find((one) => one.pid === pid && one.startToken === startToken);
}

/** The tree that it was asked to end with, once it has lost the parent that it had there. */
export function survivedTree(process: Process, table: Table): AskedTree | undefined {
  const tree = sightingOf(process, table)?.askedWith;
  return tree !== undefined && hasLostParent(process, table) ? tree : undefined;
}
