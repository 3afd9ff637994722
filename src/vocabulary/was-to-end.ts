/**
 * Who was to end with whoever started it. Pure.
 *
 * @module
 */
import type { Context } from "../contract.ts";
import { runOf } from "./run-tag.ts";

/** Whoever started it said that it ends with them, and they are gone. */
export function wasToEnd({ registered, root, table }: Context): boolean {
  if (registered?.state === "orphan") return true;
  const run = runOf(root, table);
  return run?.fate === "dead" && !run.detachOk;
}
