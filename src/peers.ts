/**
 * Who is at the other end of a process's standard streams. A peer counts as living only if its
 * holder is outside the tree and no orphan itself. Pure.
 *
 * @module
 */
import type { Context } from "./contract.ts";
import { isZombie } from "./process.ts";
import type { Process, Stdio } from "./process.ts";

/** The stream of this number, or undefined when it is not known. */
export function stream(process: Process, fd: 0 | 1 | 2): Stdio | undefined {
  return process.stdio?.find((stream) => stream.fd === fd);
}

/** Something that had another end and has none any more. Terminals have their own rule. */
export function isGone(stream: Stdio | undefined): boolean {
  return stream !== undefined && stream.kind !== "tty" && stream.peer === "gone";
}

/** stdin or stdout has nobody at its other end. */
export function hasGoneEnd(process: Process): boolean {
  return isGone(stream(process, 0)) || isGone(stream(process, 1));
}

/**
 * A pid that holds the other end, is alive, outside the tree and no orphan; `unknown` where nobody
 * could tell whether or who; undefined where there is no such holder.
 */
export function livingHolder(stream: Stdio, context: Context): number | "unknown" | undefined {
  if (stream.peer === undefined && (stream.kind === "pipe" || stream.kind === "socket")) return "unknown";
  if (stream.peer !== "live") return undefined;
  if (stream.holders === undefined || stream.holders.length === 0) return "unknown";
  return stream.holders.find((pid) => {
    if (context.tree.has(pid) || context.isOrphan(pid)) return false;
    const holder = context.table.get(pid);
    return holder === undefined || !isZombie(holder);
  });
}
