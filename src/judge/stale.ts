/**
 * The stale rule, off unless asked for: a headless run that has gone on for longer than anybody
 * meant. Age alone never ends something that a person is using.
 *
 * @module
 */
import { lifelineOf } from "./claims.ts";
import type { Claimed } from "./claims.ts";
import type { Context } from "../contract.ts";
import { isGone, livingHolder, stream } from "../vocabulary/peers.ts";
import type { Process } from "../process.ts";

/** Whether a root is older than the policy's limit and nobody is in sight who uses it. */
export function isStale(root: Process, claimed: Claimed, against: object | undefined, context: Context): boolean {
  const { maxAgeMs, allUsers, hostNamespaces } = context.policy;
  if (maxAgeMs === undefined || allUsers === true || hostNamespaces === true) return false;
  if (against !== undefined || root.startedAt === undefined) return false;
  if (context.table.takenAt - root.startedAt < maxAgeMs) return false;
  if (!isHeadless(claimed)) return false;
  if (root.tty !== null || root.stdio === undefined) return false;
  for (const fd of [0, 1, 2] as const) {
    const end = stream(root, fd);
    if (end === undefined || end.kind === "tty") return false;
    if (isGone(end) || end.kind === "null" || end.kind === "file") continue;
    if (livingHolder(end, context) !== undefined || end.peer === undefined) return false;
  }
  for (const ancestor of context.table.ancestors(root)) {
    if (ancestor.tty !== null) return false;
  }
  return true;
}

function isHeadless({ claim }: Claimed): boolean {
  if (claim.role === "one-shot" || claim.role === "worker") return true;
  return claim.role === "agent" && lifelineOf(claim) !== "terminal";
}
