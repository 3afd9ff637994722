/**
 * The registry's part of a judgement. Pure.
 *
 * @module
 */
import { REGISTERED } from "../judge/claims.ts";
import type { Policy } from "../contract.ts";
import type { Finding, RegisteredFinding, Verdict } from "../report.ts";
import type { Table } from "../table.ts";
import type { Standing } from "./standing.ts";

/** How everything registered stands, in the registry's order. */
export function judgeRegistered(table: Table, findings: readonly Finding[]): RegisteredFinding[] {
  if (table.standings.length === 0) return [];
  const byMember = new Map<number, Finding>();
  for (const finding of findings) for (const member of finding.members) byMember.set(member.pid, finding);
  return table.standings.map((standing) => judge(standing, byMember.get(standing.entry.pid)));
}

function judge({ entry, state, because, process }: Standing, finding: Finding | undefined): RegisteredFinding {
  if (process === undefined || finding === undefined) return { entry, verdict: verdictOf(state), because };
  const isHealthy = state === "healthy" && (finding.verdict === "owned" || finding.verdict === "healthy");
  return isHealthy ? { entry, verdict: "healthy", because } : { entry, verdict: finding.verdict, because };
}

function verdictOf(state: Standing["state"]): Verdict {
  return state === "unknown" ? "unsure" : state;
}

/** Whether its record is of use to nobody any more: taken away without a signal to anybody. */
export function isOver({ verdict, entry }: RegisteredFinding, { only, pids }: Policy): boolean {
  if (verdict !== "dead" && verdict !== "replaced") return false;
  return (only === undefined || only.includes(REGISTERED)) && (pids === undefined || pids.includes(entry.pid));
}
