/**
 * Snapshot to findings: claims, roots, responsible parent, guards, proof, verdict. A pure function:
 * no clock, no I/O, no order of plugins. What it says live it says again from a file.
 *
 * @module
 */
import { claimAll, claimsIn, rootsOf } from "./judge/claims.ts";
import type { Claimed } from "./judge/claims.ts";
import type { Policy } from "./contract.ts";
import { judgeLeftovers } from "./leftovers/judge.ts";
import { isLeftoverToldOnly, isToldOnly } from "./policy.ts";
import { canBeSignalled } from "./process.ts";
import type { Process } from "./process.ts";
import type { Judges } from "./judges.ts";
import { isOver, judgeRegistered } from "./registry/judge.ts";
import { keyFor } from "./registry/entry.ts";
import type { Finding, LeftoverFinding, Plan, RegisteredFinding, Verdict } from "./report.ts";
import type { Snapshot } from "./snapshot.ts";
import { Table } from "./table.ts";
import { judgeTree } from "./judge/verdict.ts";

/** All that was decided about a snapshot. */
export interface Judgement {
  readonly table: Table;
  readonly claims: ReadonlyMap<number, Claimed>;
  readonly findings: readonly Finding[];
  readonly leftovers: readonly LeftoverFinding[];
  readonly registered: readonly RegisteredFinding[];
  readonly plan: Plan;
  /** Judges a tree anew in a table that has grown, as it was judged here. */
  again(root: Process, grown: Table): Verdict | undefined;
}

/** Judges a snapshot. */
export function classify(snapshot: Snapshot, plugins: Judges, policy: Policy): Judgement {
  const table = new Table(snapshot, policy.hostNamespaces);
  const claims = claimAll(table, plugins.matchers);
  const findings = settle(table, claims, plugins, policy);
  const leftovers = judgeLeftovers(table, plugins.leftoverMatchers);
  const registered = judgeRegistered(table, findings);
  const plan = planOf(findings, leftovers, registered, policy);
  const again = (root: Process, grown: Table): Verdict | undefined => {
    const claimed = claims.get(root.pid);
    const isOrphan = (pid: number) => isOfOrphan(pid, findings, policy);
    const bench = { ...plugins, table: grown, policy, claims: claimsIn(grown, table, claims), isOrphan };
    return claimed === undefined ? undefined : judgeTree(root, claimed, bench).verdict;
  };
  return { table, claims, findings, leftovers, registered, plan, again };
}

function isOfOrphan(pid: number, findings: readonly Finding[], policy: Policy): boolean {
  return findings.some((finding) => isNobody(finding, policy) && finding.members.some((member) => member.pid === pid));
}

/** What is told and never ended lives on, and what it holds is held. */
function isNobody({ verdict, matcher }: Finding, policy: Policy): boolean {
  return verdict === "orphan" && !isToldOnly(matcher, policy);
}

/**
 * A holder that is an orphan itself is nobody, so verdicts depend on verdicts. We start from "nobody
 * is an orphan" and repeat until no tree is added: the set only grows, so it ends, and two that hold
 * only each other stay as they are.
 */
function settle(table: Table, claims: ReadonlyMap<number, Claimed>, plugins: Judges, policy: Policy): Finding[] {
  const roots = rootsOf(table, claims);
  const orphans = new Set<number>();
  /** An orphan stays one: with more orphans there are only fewer living holders. Nor does it change what never asked. */
  const settled = new Map<Process, Finding>();
  for (;;) {
    const known = new Set(orphans);
    let asked = false;
    const isOrphan = (pid: number): boolean => {
      asked = true;
      return known.has(pid);
    };
    const bench = { ...plugins, table, policy, claims, isOrphan };
    const findings = roots.map((root) => {
      const before = settled.get(root);
      if (before !== undefined) return before;
      asked = false;
      const finding = judgeTree(root, claims.get(root.pid) as Claimed, bench);
      if (finding.verdict === "orphan" || !asked) settled.set(root, finding);
      return finding;
    });
    for (const finding of findings) {
      if (!isNobody(finding, policy)) continue;
      for (const member of finding.members) orphans.add(member.pid);
    }
    if (orphans.size === known.size) return findings;
  }
}

/** What `reap` would do: exactly the findings that end, exactly the members that can be signalled. */
function planOf(
  findings: readonly Finding[],
  leftovers: readonly LeftoverFinding[],
  registered: readonly RegisteredFinding[],
  policy: Policy,
): Plan {
  const remove = leftovers.filter((finding) => isWantedLeftover(finding, policy));
  return {
    terminate: pidsOf(endingOf(findings, policy)),
    remove: remove.map((finding) => finding.leftover.path).sort(),
    unregister: registered.filter((finding) => isOver(finding, policy)).map(({ entry }) => keyFor(entry)),
  };
}

/** Whether a finding is to be ended under this policy. */
export function isEnding(finding: Finding, policy: Policy): boolean {
  if (finding.verdict !== "orphan" && finding.verdict !== "stale") return false;
  if (!isWanted(finding.matcher, policy)) return false;
  return policy.pids === undefined || finding.members.some((member) => policy.pids?.includes(member.pid));
}

/** The members of a tree that are signalled: those that can be, and of pids that were asked for these and all below them. */
function targets(finding: Finding, { pids }: Policy): Process[] {
  const there = finding.members.filter(canBeSignalled);
  if (pids === undefined) return there;
  const wanted = new Set(pids);
  // Members come parents first.
  for (const member of finding.members) {
    if (member !== finding.root && wanted.has(member.ppid)) wanted.add(member.pid);
  }
  return there.filter((member) => wanted.has(member.pid));
}

/** The findings that are to be ended, each with those of its members that are signalled. */
export function endingOf(findings: readonly Finding[], policy: Policy): Finding[] {
  return findings.filter((finding) => isEnding(finding, policy)).map((finding) => ({
    ...finding,
    members: targets(finding, policy),
  }));
}

/** Who is signalled when these end, sorted. */
export function pidsOf(ending: readonly Finding[]): number[] {
  const pids: number[] = [];
  for (const { members } of ending) for (const { pid } of members) pids.push(pid);
  return pids.sort((a, b) => a - b);
}

function isWanted(matcher: string, policy: Policy): boolean {
  return (policy.only === undefined || policy.only.includes(matcher)) && !isToldOnly(matcher, policy);
}

/** `leftovers` names all matchers of what lies on disk at once, but for those that want to be named themselves. */
function isWantedLeftover({ matcher, verdict, onlyWhenNamed }: LeftoverFinding, policy: Policy): boolean {
  if (verdict !== "leftover" || policy.pids !== undefined || isLeftoverToldOnly(matcher, policy)) return false;
  if (onlyWhenNamed === true) return policy.only?.includes(matcher) === true;
  return isWanted(matcher, policy) || policy.only?.includes("leftovers") === true;
}
