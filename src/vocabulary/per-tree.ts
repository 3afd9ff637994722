/**
 * What is found out about a tree once, however many of its members are asked about. Pure.
 *
 * @module
 */
import type { Context } from "../contract.ts";

/** Finds something out about each tree once, while that is judged. */
export function perTree<T extends object>(find: (context: Context) => T): (context: Context) => T {
  const known = new WeakMap<ReadonlySet<number>, T>();
  return (context) => {
    let found = known.get(context.tree);
    if (found === undefined) known.set(context.tree, found = find(context));
    return found;
  };
}
