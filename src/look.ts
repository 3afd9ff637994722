/**
 * Takes the snapshot. Everything is listed; details are read only for whom somebody needs them:
 * command lines for those that could be a root, everything else for the few trees that nobody living
 * is responsible for.
 *
 * @module
 */
import type { Detail, Draft, Machine, Policy, Process, Scope } from "./contract.ts";
import { claimAll, rootsOf } from "./judge/claims.ts";
import { worthAskingIn } from "./judge/sieve.ts";
import { suspectsOf } from "./judge/suspects.ts";
import type { Judges } from "./judges.ts";
import { readFiles, readLeftovers } from "./look/disk.ts";
import {
  allDetails,
  ENVIRONMENT,
  type Growing,
  IDENTITY,
  isOurs,
  keysOf,
  type Looking,
  lookWith,
  type Read,
  readParts,
} from "./look/reading.ts";
import { isOwnerless, mayHideHanders, readHanders } from "./look/handers.ts";
import { readOwners, readTrees } from "./look/trees.ts";
import type { Entry } from "./registry/entry.ts";
import { type Sighting, type Snapshot, SNAPSHOT_FORMAT } from "./snapshot.ts";
import { Table } from "./table.ts";
import { responsibleFor } from "./vocabulary/adopters.ts";
import { isExplorer } from "./vocabulary/explorer.ts";
import { isInnerInit } from "./vocabulary/namespaces.ts";
import { OWNER_VARIABLES } from "./vocabulary/owner.ts";
import { parseRunTag, RUN_VARIABLE } from "./vocabulary/run-tag.ts";

/** How to look. */
export interface Look {
  readonly scope: Scope;
  /** Read every detail of every process of this user: for a snapshot that is handed on. */
  readonly thorough?: boolean | undefined;
  /** Pids somebody asked about: their trees are read in full, whoever is responsible. */
  readonly pids?: readonly number[] | undefined;
  readonly sightings?: readonly Sighting[] | undefined;
  /** What is registered, read before this look: whoever is not in the table then has ended. */
  readonly registered?: readonly Entry[] | undefined;
  /** The sessions that are active, where the viewer is a host that knows. */
  readonly activeSessions?: readonly string[] | undefined;
}

const MANAGER: ReadonlySet<Detail> = new Set(["owner", "command", "cgroup"]);
const NAMESPACES: ReadonlySet<Detail> = new Set(["status", "namespace"]);
const INNER_INIT: ReadonlySet<Detail> = new Set([...IDENTITY, "cgroup"]);

/** Looks at a machine once. */
export function look(machine: Machine, plugins: Judges, policy: Policy, how: Look): Snapshot {
  const drafts = machine.list(how.scope);
  if (machine.recorded !== undefined) return machine.recorded;
  const complete = machine.complete?.() ?? how.scope === "all";
  const snapshot = begin(machine, drafts, complete, how);
  const looking = lookWith(machine, plugins, policy);
  const { read } = looking;

  // Whose an Explorer is, and whether it is a folder's alone, a guard asks (former-explorer.ts).
  const tells = machine.host.platform === "win32" ? isExplorer : mayAdopt;
  read(drafts.filter((draft) => draft.pid === machine.viewer.pid || tells(draft)), MANAGER);
  if (machine.host.platform !== "darwin") read(drafts.filter(({ pid }) => pid === machine.viewer.pid), ENVIRONMENT);
  if (policy.hostNamespaces === true) readNamespaces(drafts, read);
  const claimed = claim(snapshot, drafts, how, looking);
  const roots = rootsOf(claimed.table, claimed.claims);
  let { table } = claimed;
  readOwners(roots, table, looking);
  if (!complete) {
    noteAbsent(numbersAround(roots, table), snapshot, table, machine);
    // Who is absent decides how those on record stand.
    if (snapshot.registered !== undefined) table = new Table(snapshot, policy.hostNamespaces);
  }

  const asked = new Set(how.pids ?? []);
  const judged = roots.filter((root) => isWorthReading(root, table, policy, how, asked));
  readTrees(judged, table, complete, looking);
  if (!complete) table = withHanders(judged, table, snapshot, looking);
  readHanders(judged, table, looking);
  if (how.thorough === true) read(drafts.filter((draft) => isOurs(draft, table, policy)), allDetails(plugins));
  readFiles(snapshot, judged, table, looking);
  readLeftovers(snapshot, how.scope, looking);
  return snapshot;
}

/** Whoever may have handed on the environment of one of these lies below somebody in the table, if not in it. */
function withHanders(roots: readonly Process[], table: Table, { processes }: Growing, looking: Looking): Table {
  const hidden = looking.machine.below?.(mayHideHanders(roots, table, looking)) ?? [];
  const more = hidden.filter(({ pid }) => table.get(pid) === undefined);
  if (more.length === 0) return table;
  (processes as Draft[]).push(...more);
  return new Table(table.snapshot, looking.policy.hostNamespaces);
}

/** What is known before anything more is read of anybody. `complete`: nobody is left out. */
function begin(machine: Machine, drafts: Draft[], complete: boolean, how: Look): Growing {
  const snapshot: Growing = {
    format: SNAPSHOT_FORMAT,
    capturedAt: new Date(machine.now()).toISOString(),
    host: machine.host,
    viewer: machine.viewer,
    processes: drafts,
  };
  if (!complete) snapshot.partial = true;
  if (how.sightings !== undefined && how.sightings.length > 0) snapshot.sightings = how.sightings;
  if (how.registered !== undefined && how.registered.length > 0) {
    snapshot.registered = how.registered;
    if (how.activeSessions !== undefined) snapshot.activeSessions = how.activeSessions;
    if (!complete) addRegistered(how.registered, drafts, machine);
  }
  return snapshot;
}

/** Claims what there is. Where only the adopted are listed, what lies below the claimed is listed too, and claimed. */
function claim(
  snapshot: Snapshot,
  drafts: Draft[],
  how: Look,
  looking: Looking,
): { readonly table: Table; readonly claims: ReturnType<typeof claimAll> } {
  const { machine, plugins, policy } = looking;
  let table = new Table(snapshot, policy.hostNamespaces);
  let suspects = readSuspects(table, how, looking);
  if (snapshot.partial === true) noteAbsent(numbersIn(suspects), snapshot, table, machine);
  if (how.scope === "adopted" && machine.below !== undefined) {
    const claims = claimAll(table, plugins.matchers, suspects);
    const before = drafts.length;
    for (const draft of claims.size === 0 ? [] : machine.below(keysOf(claims))) {
      if (table.get(draft.pid) === undefined) drafts.push(draft);
    }
    if (drafts.length === before) return { table, claims };
    table = new Table(snapshot, policy.hostNamespaces);
    suspects = readSuspects(table, how, looking);
    if (snapshot.partial === true) noteAbsent(numbersIn(suspects), snapshot, table, machine);
  }
  return { table, claims: claimAll(table, plugins.matchers, suspects) };
}

/** By its own words alone it is known for what it is: a user's manager, a relay of WSL's before 2.0. */
function mayAdopt({ pid, name }: Draft): boolean {
  return pid === 1 || name === "systemd" || name === "init";
}

/** Reads who lives where, and what the pids 1 of containers are. */
function readNamespaces(drafts: readonly Draft[], read: Read): void {
  read(drafts.filter(({ argv }) => argv !== null), NAMESPACES);
  read(drafts.filter(isInnerInit), INNER_INIT);
}

/** Reads what tells who the suspects are, and says whom it found. */
function readSuspects(table: Table, how: Look, { plugins, policy, read }: Looking): readonly Process[] {
  const found = suspectsOf(table, plugins.matchers);
  const { tops } = found;
  const suspects = how.thorough === true ? table.processes.filter((process) => process.argv !== null) : found.all;
  read(suspects, new Set<Detail>(["owner"]));
  const own = suspects.filter((process) => isOurs(process, table, policy));
  read(own, IDENTITY);
  const more = new Set(plugins.matchers.flatMap((matcher) => matcher.needs));
  const ownTops = tops.filter((process) => isOurs(process, table, policy));
  read(ownTops, more);
  readParts(ownTops, table, read);
  const worthAsking = worthAskingIn(table, plugins.matchers);
  for (const process of ownTops) {
    const asked = worthAsking(process);
    for (const matcher of plugins.matchers) {
      // What marks an environment is seen only when that is read.
      if (matcher.alsoNeeds === undefined || (matcher.marks === undefined && !asked.includes(matcher))) continue;
      const also = matcher.alsoNeeds(process);
      if (also.length > 0) read([process], new Set(also));
    }
  }
  return found.all;
}

/** Whether a tree's dear details could change its verdict, or somebody asked. */
function isWorthReading(root: Process, table: Table, policy: Policy, how: Look, asked: ReadonlySet<number>): boolean {
  if (how.thorough === true || table.registered.get(root.pid)?.state === "orphan") return true;
  if (responsibleFor(root, table).who !== "living" || policy.maxAgeMs !== undefined) return true;
  if (asked.size > 0 && table.tree(root).some((member) => asked.has(member.pid))) return true;
  return isOwnerless(root, table);
}

/** Those whom an environment names as who answers for a process. */
function numbersIn(processes: readonly Process[]): Set<number> {
  const pids = new Set<number>();
  for (const { env } of processes) {
    if (env === undefined) continue;
    for (const variable of OWNER_VARIABLES) pids.add(Number(env[variable]));
    for (const { pid } of parseRunTag(env[RUN_VARIABLE])?.keepers ?? []) pids.add(pid);
  }
  return pids;
}

/** All who matter for how these and those on record stand. */
function numbersAround(roots: readonly Process[], { snapshot }: Table): Set<number> {
  const pids = numbersIn(roots);
  for (const entry of snapshot.registered ?? []) pids.add(entry.pid).add(entry.originator.pid);
  for (const root of roots) {
    if (root.sid !== undefined) pids.add(root.sid);
    if (root.pgid !== undefined) pids.add(root.pgid);
    pids.add(root.ppid);
  }
  return pids;
}

/** A table that leaves processes out proves no absence: whoever matters is asked for by number. */
function noteAbsent(pids: ReadonlySet<number>, snapshot: Growing, table: Table, machine: Machine): void {
  const known = new Set(snapshot.absent ?? []);
  for (const pid of pids) {
    if (pid > 0 && !known.has(pid) && table.get(pid) === undefined && machine.exists?.(pid) === false) known.add(pid);
  }
  snapshot.absent = [...known].sort((a, b) => a - b);
}

/** A table that leaves processes out is asked for those on record, and for their originators, one by one. */
function addRegistered(registered: readonly Entry[], drafts: Draft[], machine: Machine): void {
  const listed = new Set(drafts.map(({ pid }) => pid));
  for (const pid of new Set(registered.flatMap((entry) => [entry.pid, entry.originator.pid]))) {
    const draft = listed.has(pid) ? undefined : machine.identify?.(pid);
    if (draft !== undefined) drafts.push(draft);
  }
}
