/**
 * Who belongs to which agent family, and which claimed process is the topmost of its chain.
 *
 * @module
 */
import type { Claim, Lifeline, Matcher, Role } from "../contract.ts";
import { byPid } from "../process.ts";
import type { Process } from "../process.ts";
import type { Entry } from "../registry/entry.ts";
import { worthAskingIn } from "./sieve.ts";
import type { AskedTree } from "../snapshot.ts";
import { suspectsOf } from "./suspects.ts";
import { survivedTree } from "../vocabulary/survivors.ts";
import type { Table } from "../table.ts";

/** A claim, and the matcher that made it. */
export interface Claimed {
  /** The matcher's name; `registered` where only the registry knows it. */
  readonly matcher: string;
  /** What it said. */
  readonly claim: Claim;
}

/** Stands in place of a matcher's name where nothing but the registry knows a process. */
export const REGISTERED = "registered";

/** Where several matchers claim one process, the most cautious role stands: no order of plugins matters. */
const CAUTION: readonly Role[] = ["daemon", "agent", "one-shot", "worker", "wrapper", "server", "browser", "shell"];
/** All that there are. */
export const ROLES: ReadonlySet<Role> = new Set(CAUTION);

/** What each role lives on unless its claim says otherwise. */
const LIFELINES: Readonly<Record<Role, Lifeline>> = {
  agent: "terminal",
  "one-shot": "output",
  wrapper: "stdio",
  server: "stdio",
  worker: "output",
  shell: "output",
  browser: "output",
  daemon: "none",
};

/** What a claimed process lives on. */
export function lifelineOf(claim: Claim): Lifeline {
  return claim.lifeline ?? LIFELINES[claim.role];
}

/** Whether it is meant to outlive whoever started it. */
export function isShared(claim: Claim): boolean {
  return claim.shared === true || claim.role === "daemon";
}

/** All claims on a table. `suspects`: where it is known already whom to ask about. */
export function claimAll(
  table: Table,
  matchers: readonly Matcher[],
  suspects: readonly Process[] = suspectsOf(table, matchers).all,
): Map<number, Claimed> {
  const claims = new Map<number, Claimed>();
  const worthAsking = worthAskingIn(table, matchers);
  for (const process of suspects) {
    const asked = worthAsking(process);
    if (asked.length === 0 || isUnread(process)) continue;
    const claimed = claimBy(asked, process, table);
    if (claimed !== undefined) claims.set(process.pid, claimed);
  }
  for (const { pid, askedWith } of table.snapshot.sightings ?? []) {
    const process = askedWith === undefined || claims.has(pid) ? undefined : table.get(pid);
    const tree = process === undefined ? undefined : survivedTree(process, table);
    if (tree !== undefined) claims.set(pid, claimSurvivor(tree));
  }
  if (table.snapshot.registered === undefined) return claims;
  for (const [pid, { entry }] of table.registered) if (!claims.has(pid)) claims.set(pid, claimRegistered(entry));
  return claims;
}

/** The claims that stand in a table that has grown: a number may have become somebody else's. */
export function claimsIn(grown: Table, table: Table, claims: ReadonlyMap<number, Claimed>): Map<number, Claimed> {
  return new Map([...claims].filter(([pid]) => grown.get(pid) === table.get(pid)));
}

/** What is registered needs no name to be known by. */
function claimRegistered({ kind, originator }: Entry): Claimed {
  const because = `registered by ${originator.tool} (pid ${originator.pid})`;
  return { matcher: REGISTERED, claim: { family: kind, role: "worker", lifeline: "none", because } };
}

/** It is of the family that it was asked to end with, whatever it is called. */
function claimSurvivor({ root, matcher, family }: AskedTree): Claimed {
  const because = `was asked to end with pid ${root} (${family}), of whose tree it was`;
  return { matcher, claim: { family, role: "worker", lifeline: "none", because } };
}

/** Of most only the table's own facts are known, and no matcher claims by a short name alone. */
function isUnread(process: Process): boolean {
  const { argv } = process;
  if (argv !== undefined && argv !== null) return false;
  return typeof process.exe !== "string" && process.cwd === undefined && process.env === undefined;
}

/** The claim on one process. */
export function claimOne(process: Process, table: Table, matchers: readonly Matcher[]): Claimed | undefined {
  return claimBy(worthAskingIn(table, matchers)(process), process, table);
}

/** The same whatever the order of the matchers. */
function claimBy(matchers: readonly Matcher[], process: Process, table: Table): Claimed | undefined {
  let best: Claimed | undefined;
  for (const matcher of matchers) {
    const claim = matcher.claim(process, table);
    if (claim === undefined) continue;
    const claimed: Claimed = { matcher: matcher.name, claim };
    if (best === undefined || isMoreCautious(claimed, best)) best = claimed;
  }
  return best;
}

function isMoreCautious(one: Claimed, other: Claimed): boolean {
  const apart = rank(one.claim) - rank(other.claim);
  return apart === 0 ? one.matcher < other.matcher : apart < 0;
}

function rank(claim: Claim): number {
  if (claim.debris === true) return 100;
  if (isShared(claim)) return -2;
  return claim.detached === true ? -1 : CAUTION.indexOf(claim.role);
}

/** The topmost claimed process of each chain, sorted by pid: it is judged for all below it. */
export function rootsOf(table: Table, claims: ReadonlyMap<number, Claimed>): Process[] {
  const roots = new Set<Process>();
  const known = new Map<Process, Process>();
  for (const pid of claims.keys()) {
    const process = table.get(pid) as Process;
    const root = shortWay(process, table, claims, known);
    if (root !== undefined) known.set(process, root);
    roots.add(root ?? rootOf(process, table, claims));
  }
  return [...roots].sort(byPid);
}

/** The topmost claimed process above a claimed one, itself included. */
export function rootOf(process: Process, table: Table, claims: ReadonlyMap<number, Claimed>): Process {
  let root = process;
  for (const ancestor of table.ancestors(process)) {
    if (claims.has(ancestor.pid)) root = ancestor;
  }
  return root;
}

/** Most chains are short. */
const SHORT = 32;

/** The root where the way up is short, found by what is known of those above; a circle in hostile data is not. */
function shortWay(
  process: Process,
  table: Table,
  claims: ReadonlyMap<number, Claimed>,
  known: ReadonlyMap<Process, Process>,
): Process | undefined {
  let root = process;
  let above = table.parent(process);
  for (let steps = 0; above !== undefined; above = table.parent(above)) {
    if (++steps === SHORT) return undefined;
    if (!claims.has(above.pid)) continue;
    const its = known.get(above);
    if (its !== undefined) return its;
    root = above;
  }
  return root;
}
