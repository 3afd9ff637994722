/**
 * Takes the snapshot. Everything is listed; details are read only for whom somebody needs them:
 * command lines for those that could be a root, everything else for the few trees that nobody living
 * is responsible for.
 *
 * @module
 */
import { isAdopted, responsibleFor } from "./vocabulary/adopters.ts";
import { claimAll, rootsOf } from "./judge/claims.ts";
import type { Detail, Draft, Machine, Policy, Process, Scope } from "./contract.ts";
import { handers } from "./vocabulary/handed-on.ts";
import { unitOf } from "./vocabulary/control-groups.ts";
import { livingLeader } from "./vocabulary/groups.ts";
import { fileKey, STATE_VARIABLES } from "./vocabulary/inside-files.ts";
import { needsOf, seek, soughtBy } from "./leftovers/judge.ts";
import { isBeyond, isInnerInit } from "./vocabulary/namespaces.ts";
import { OWNER_VARIABLES, recordedOwner } from "./vocabulary/owner.ts";
import type { Judges } from "./judges.ts";
import { sameOwner } from "./process.ts";
import { parseRunTag, RUN_VARIABLE } from "./vocabulary/run-tag.ts";
import type { Entry } from "./registry/entry.ts";
import { worthAskingIn } from "./judge/sieve.ts";
import { suspectsOf } from "./judge/suspects.ts";
import { SNAPSHOT_FORMAT } from "./snapshot.ts";
import type { Sighting, Snapshot } from "./snapshot.ts";
import { Table } from "./table.ts";

/** How to look. */
export interface Look {
  readonly scope: Scope;
  /** Read every detail of every process of this user: for a snapshot that is handed on. */
  readonly thorough?: boolean;
  /** Pids somebody asked about: their trees are read in full, whoever is responsible. */
  readonly pids?: readonly number[];
  readonly sightings?: readonly Sighting[];
  /** What is registered, read before this look: whoever is not in the table then has ended. */
  readonly registered?: readonly Entry[] | undefined;
  /** The sessions that are active, where the viewer is a host that knows. */
  readonly activeSessions?: readonly string[] | undefined;
}

type Read = (wanted: readonly Process[], details: ReadonlySet<Detail>) => void;
type Growing = { -readonly [K in keyof Snapshot]: Snapshot[K] };

const IDENTITY: ReadonlySet<Detail> = new Set(["owner", "command", "executable"]);
const ABOVE: ReadonlySet<Detail> = new Set([...IDENTITY, "directory", "environment"]);
const MANAGER: ReadonlySet<Detail> = new Set(["owner", "command", "cgroup"]);
const ENVIRONMENT: ReadonlySet<Detail> = new Set(["environment"]);
const NAMESPACES: ReadonlySet<Detail> = new Set(["status", "namespace"]);
const OTHER_NETWORKS: ReadonlySet<Detail> = new Set(["otherNetworks"]);
const INNER_INIT: ReadonlySet<Detail> = new Set([...IDENTITY, "cgroup"]);
const CGROUP: ReadonlySet<Detail> = new Set(["cgroup"]);
const LEADER: ReadonlySet<Detail> = new Set([...IDENTITY, "supervisor"]);
const NO_VARIABLES: ReadonlySet<string> = new Set();

/** Looks at a machine once. */
export function look(machine: Machine, plugins: Judges, policy: Policy, how: Look): Snapshot {
  const drafts = machine.list(how.scope);
  if (machine.recorded !== undefined) return machine.recorded;
  const complete = machine.complete?.() ?? how.scope === "all";
  const snapshot = begin(machine, drafts, complete, how);
  const read = reader(machine, plugins, policy);

  read(drafts.filter((draft) => draft.pid === machine.viewer.pid || mayAdopt(draft)), MANAGER);
  if (policy.hostNamespaces === true) readNamespaces(drafts, read);
  const claimed = claim(snapshot, drafts, machine, plugins, policy, read, how);
  const roots = rootsOf(claimed.table, claimed.claims);
  let { table } = claimed;
  readOwners(roots, table, policy, read);
  if (!complete) {
    snapshot.absent = askAbsent(roots, table, machine);
    // Who is absent decides how those on record stand.
    if (snapshot.registered !== undefined) table = new Table(snapshot, policy.hostNamespaces);
  }

  const asked = new Set(how.pids ?? []);
  const judged = roots.filter((root) => isWorthReading(root, table, policy, how, asked));
  readTrees(judged, table, plugins, read);
  if (policy.hostNamespaces === true) read(judged.filter((root) => isBeyond(root, table)), OTHER_NETWORKS);
  if (complete) readUnits(judged, table, read);
  readLeaders(judged, table, read);
  readHanders(judged, table, read);
  if (how.thorough === true) read(drafts.filter((draft) => isOurs(draft, table, policy)), allDetails(plugins));
  readFiles(snapshot, judged, table, plugins, machine);
  readLeftovers(snapshot, plugins, machine, policy, how, read);
  return snapshot;
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

function reader(machine: Machine, plugins: Judges, { hostNamespaces }: Policy): Read {
  const all = [...plugins.matchers, ...plugins.leftoverMatchers, ...plugins.guards, ...plugins.proofs];
  const variables = new Set(all.flatMap((plugin) => plugin.variables ?? []));
  if (hostNamespaces === true) STATE_VARIABLES.forEach((variable) => variables.add(variable));
  // What is read is written into the drafts; as long as they are the table's processes, these are they.
  return (wanted, details) =>
    machine.read(wanted as readonly Draft[], details, details.has("environment") ? variables : NO_VARIABLES);
}

/** Claims what there is. Where only the adopted are listed, what lies below the claimed is listed too, and claimed. */
function claim(
  snapshot: Snapshot,
  drafts: Draft[],
  machine: Machine,
  plugins: Judges,
  policy: Policy,
  read: Read,
  how: Look,
): { readonly table: Table; readonly claims: ReturnType<typeof claimAll> } {
  let table = new Table(snapshot, policy.hostNamespaces);
  let suspects = readSuspects(table, plugins, policy, read, how);
  if (how.scope === "adopted" && machine.below !== undefined) {
    const claims = claimAll(table, plugins.matchers, suspects);
    const before = drafts.length;
    for (const draft of claims.size === 0 ? [] : machine.below(keysOf(claims))) {
      if (table.get(draft.pid) === undefined) drafts.push(draft);
    }
    if (drafts.length === before) return { table, claims };
    table = new Table(snapshot, policy.hostNamespaces);
    suspects = readSuspects(table, plugins, policy, read, how);
  }
  return { table, claims: claimAll(table, plugins.matchers, suspects) };
}

/** The runtime's own spreading of a map is compiled for its first use. */
function keysOf<T>(map: ReadonlyMap<T, unknown>): T[] {
  const keys: T[] = [];
  for (const key of map.keys()) keys.push(key);
  return keys;
}

/** Whoever has a living parent may still have lost its owner; then who stands above it matters too. */
function readOwners(roots: readonly Process[], table: Table, policy: Policy, read: Read): void {
  const owned = roots.filter((root) => responsibleFor(root, table).who === "living" && isOurs(root, table, policy));
  read(owned, ENVIRONMENT);
  const ownerless = owned.filter((root) => recordedOwner(root, table)?.fate === "dead");
  const above = ownerless.flatMap((root) => table.ancestors(root));
  read(above, ABOVE);
  readParts(above, table, read);
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
function readSuspects(
  table: Table,
  plugins: Judges,
  policy: Policy,
  read: Read,
  how: Look,
): readonly Process[] {
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

/** A browser's own children bear its name, and what they are called with tells of it (isApplication). */
function readParts(of: readonly Process[], table: Table, read: Read): void {
  read(of.flatMap((one) => table.children(one).filter(({ name }) => name === one.name)), IDENTITY);
}

/** Whether a tree's dear details could change its verdict, or somebody asked. */
function isWorthReading(root: Process, table: Table, policy: Policy, how: Look, asked: ReadonlySet<number>): boolean {
  if (how.thorough === true || table.registered.get(root.pid)?.state === "orphan") return true;
  if (responsibleFor(root, table).who !== "living" || policy.maxAgeMs !== undefined) return true;
  if (asked.size > 0 && table.tree(root).some((member) => asked.has(member.pid))) return true;
  return recordedOwner(root, table)?.fate === "dead";
}

function readTrees(
  roots: readonly Process[],
  table: Table,
  plugins: Judges,
  read: Read,
): void {
  if (roots.length === 0) return;
  const ofMembers = new Set<Detail>(
    plugins.guards.filter((guard) => guard.asks === "every member").flatMap((guard) => guard.needs),
  );
  for (const detail of IDENTITY) ofMembers.add(detail);
  read(roots.flatMap((root) => table.tree(root)), ofMembers);
  read(roots, allDetails(plugins));
}

/** Which process is a service's main one is told only by the control groups of all whom an adopter has as child. */
function readUnits(
  roots: readonly Process[],
  table: Table,
  read: Read,
): void {
  const isInService = ({ cgroup }: Process) => cgroup !== undefined && unitOf(cgroup)?.endsWith(".service") === true;
  if (!roots.some((root) => table.tree(root).some(isInService))) return;
  read(table.processes.filter((process) => process.argv !== null && isAdopted(process, table)), CGROUP);
}

/** On a Mac a process group may be that of a job of launchd's, or of an application's. */
function readLeaders(roots: readonly Process[], table: Table, read: Read): void {
  if (table.host.platform !== "darwin") return;
  const leaders = roots.flatMap((root) => table.tree(root)).map((one) => livingLeader(one, table));
  const known = [...new Set(leaders)].filter((leader) => leader !== undefined && leader !== "unknown");
  read(known, LEADER);
  readParts(known, table, read);
}

/** That an owner is dead proves nothing of whom somebody else started in an environment that was the owner's. */
function readHanders(roots: readonly Process[], table: Table, read: Read): void {
  const ownerless = roots.filter((root) => recordedOwner(root, table)?.fate === "dead");
  const known = ownerless.flatMap(handers).map((pid) => table.get(pid)).filter((one) => one !== undefined);
  read(known, ENVIRONMENT);
}

function allDetails(plugins: Judges): Set<Detail> {
  return new Set([
    ...IDENTITY,
    ...[...plugins.matchers, ...plugins.guards, ...plugins.proofs].flatMap((plugin) => plugin.needs),
  ]);
}

function readFiles(
  snapshot: Growing,
  roots: readonly Process[],
  table: Table,
  plugins: Judges,
  machine: Machine,
): void {
  const wanted = new Map<string, { readonly process: Process; readonly path: string }>();
  const want = (process: Process, paths: readonly string[] = []) => {
    for (const path of paths) wanted.set(fileKey(process, path, table), { process, path });
  };
  for (const root of roots) {
    for (const proof of plugins.proofs) want(root, proof.files?.(root, table));
    for (const guard of plugins.guards) {
      if (guard.files === undefined) continue;
      const asked = guard.asks === "root" ? [root] : table.tree(root);
      for (const process of asked) want(process, guard.files(process, table));
    }
  }
  const files: Record<string, string> = {};
  const absent: string[] = [];
  for (const key of keysOf(wanted).sort()) {
    const { process, path } = wanted.get(key) as { readonly process: Process; readonly path: string };
    if (isBeyond(process, table)) {
      const found = machine.fileInside?.(process, path) ?? "unknown";
      if (found === "none") absent.push(key);
      else if (found !== "unknown") files[key] = found.text;
      continue;
    }
    const text = machine.file(path);
    if (text !== undefined) files[key] = text;
  }
  if (Object.keys(files).length > 0) snapshot.files = files;
  if (absent.length > 0) snapshot.absentFiles = absent;
}

/** What lies on disk; the dear details that its judges read only when there is something to judge. */
function readLeftovers(
  snapshot: Growing,
  plugins: Judges,
  machine: Machine,
  policy: Policy,
  how: Look,
  read: Read,
): void {
  const matchers = soughtBy(plugins.leftoverMatchers, policy, how.scope);
  if (matchers.length === 0) return;
  const leftovers = seek(machine, matchers);
  if (leftovers.length === 0) return;
  snapshot.leftovers = leftovers;
  const table = new Table(snapshot, policy.hostNamespaces);
  const needs = needsOf(leftovers, matchers, table);
  if (needs.size === 0) return;
  read(snapshot.processes, new Set<Detail>(["owner"]));
  read(snapshot.processes.filter((process) => isOurs(process, table, policy)), needs);
}

/** A table that leaves processes out proves no absence: whoever matters is asked for by number. */
function askAbsent(roots: readonly Process[], table: Table, machine: Machine): number[] {
  const pids = new Set<number>();
  for (const entry of table.snapshot.registered ?? []) pids.add(entry.pid).add(entry.originator.pid);
  for (const root of roots) {
    if (root.sid !== undefined) pids.add(root.sid);
    if (root.pgid !== undefined) pids.add(root.pgid);
    pids.add(root.ppid);
    for (const variable of OWNER_VARIABLES) pids.add(Number(root.env?.[variable]));
    for (const { pid } of parseRunTag(root.env?.[RUN_VARIABLE])?.keepers ?? []) pids.add(pid);
  }
  return [...pids].filter((pid) => pid > 0 && table.get(pid) === undefined && machine.exists?.(pid) === false).sort((
    a,
    b,
  ) => a - b);
}

/** A table that leaves processes out is asked for those on record, and for their originators, one by one. */
function addRegistered(
  registered: readonly Entry[],
  drafts: Draft[],
  machine: Machine,
): void {
  const listed = new Set(drafts.map(({ pid }) => pid));
  for (const pid of new Set(registered.flatMap((entry) => [entry.pid, entry.originator.pid]))) {
    const draft = listed.has(pid) ? undefined : machine.identify?.(pid);
    if (draft !== undefined) drafts.push(draft);
  }
}

/** Of the viewer, as far as is known, or of anybody where all were asked for. */
function isOurs({ uid }: Process, { viewer }: Table, { allUsers }: Policy): boolean {
  return allUsers === true || uid === undefined || sameOwner(uid, viewer.uid);
}
