/**
 * How sure one can be that nobody is there. Pure.
 *
 * @module
 */
import type { Confidence, Policy } from "../contract.ts";
import type { Process } from "../process.ts";
import type { Gate, Responsible } from "../report.ts";
import type { Table } from "../table.ts";
import { livingLeader } from "../vocabulary/groups.ts";
import { surelyHasWindow } from "../vocabulary/kept.ts";
import { launched } from "../vocabulary/launch.ts";
import { mayServeOthers } from "../vocabulary/listening.ts";
import { tells } from "../vocabulary/told.ts";
import { mayServe } from "./asked.ts";
import type { Bench } from "./bench.ts";
import { isShared } from "./claims.ts";
import type { Claimed } from "./claims.ts";

/** How sure one can be that nobody is there; undefined when nothing says so. */
export function confidenceIn(
  root: Process,
  claimed: Claimed,
  responsible: Responsible,
  gates: readonly Gate[],
  bench: Bench,
): Confidence | undefined {
  const strong = gates.filter((gate) => gate.evidence?.strength === "strong").length;
  if (strong > 0) return "proven";
  const weak = gates.filter((gate) => gate.evidence?.strength === "weak").map((gate) => gate.name);
  // Idle is not orphaned: what listens needs more, but for an agent's own server whose owner is dead and whose directory
  // has been deleted. What is claimed by nothing but these two (a database, a build's daemon) may serve anybody, and what
  // all sessions share was started by whichever came first.
  // A tool call's shell is not asked by anybody: what it waits for is.
  const line = claimed.claim.role === "shell" ? bench.table.tree(root) : launched(root, bench.table);
  const listens = line.some(mayServeOthers);
  const serves = claimed.claim.shared === true ||
    line.some((process) => process !== root && mayServe(process, bench));
  const isOutlived = claimed.claim.debris !== true && weak.includes("owner") && weak.includes("directory");
  if (weak.length >= 2 && !serves && (!listens || isOutlived)) return "likely";
  if (responsible.who !== "nobody" || serves || isShared(claimed.claim)) return undefined;
  const isExpected = claimed.claim.detached === true;
  return isExpected || canProve(bench.table) || listens || isLed(root, bench) ? "adopted" : "likely";
}

/**
 * Whether who leads its process group lives, and may have put it in the background: a script, an agent. Applications
 * lead whatever they ever started.
 */
function isLed(root: Process, { table, isOrphan }: Bench): boolean {
  const leader = livingLeader(root, table);
  if (leader === undefined || leader === "unknown") return leader === "unknown";
  return !isOrphan(leader.pid) && !surelyHasWindow(leader, table);
}

/**
 * Where the other ends of standard streams can be seen, their silence counts: a parent that is gone
 * is not enough. macOS tells through lsof, and a table taken without it tells nothing.
 */
function canProve(table: Table): boolean {
  if (table.host.platform === "linux") return true;
  return table.host.platform === "darwin" && tells(table, "stdio");
}

const LEVELS: readonly Confidence[] = ["adopted", "likely", "proven"];

/** Whether that is as sure as is wanted. Over other people's processes, and in containers, nobody has a say who only thinks so. */
export function isEnough(level: Confidence, { allUsers, hostNamespaces, confidence }: Policy): boolean {
  const wanted = allUsers === true || hostNamespaces === true ? "proven" : confidence;
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);
}
