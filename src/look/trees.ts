/**
 * The dear details: of the trees that may be nobody's, and of whoever decides whether they are.
 *
 * @module
 */
import type { Detail, Process } from "../contract.ts";
import type { Judges } from "../judges.ts";
import type { Table } from "../table.ts";
import { isAdopted, responsibleFor } from "../vocabulary/adopters.ts";
import { unitOf } from "../vocabulary/control-groups.ts";
import { livingLeader } from "../vocabulary/groups.ts";
import { isBeyond } from "../vocabulary/namespaces.ts";
import { isOwnerless } from "./handers.ts";
import { allDetails, ENVIRONMENT, IDENTITY, isOurs, type Looking, type Read, readParts } from "./reading.ts";

const ABOVE: ReadonlySet<Detail> = new Set([...IDENTITY, "directory", "environment"]);
const OTHER_NETWORKS: ReadonlySet<Detail> = new Set(["otherNetworks"]);
const CGROUP: ReadonlySet<Detail> = new Set(["cgroup"]);
const LEADER: ReadonlySet<Detail> = new Set([...IDENTITY, "supervisor"]);

/** Whoever has a living parent may still have lost its owner; then who stands above it matters too. */
export function readOwners(roots: readonly Process[], table: Table, { policy, read }: Looking): void {
  const owned = roots.filter((root) => responsibleFor(root, table).who === "living" && isOurs(root, table, policy));
  read(owned, ENVIRONMENT);
  const above = owned.filter((root) => isOwnerless(root, table)).flatMap((root) => table.ancestors(root));
  read(above, ABOVE);
  readParts(above, table, read);
}

/** All that a verdict on these may depend on. `complete`: the table leaves nobody out. */
export function readTrees(roots: readonly Process[], table: Table, complete: boolean, looking: Looking): void {
  const { plugins, policy, read } = looking;
  if (roots.length > 0) readMembers(roots, table, plugins, read);
  if (policy.hostNamespaces === true) read(roots.filter((root) => isBeyond(root, table)), OTHER_NETWORKS);
  if (complete) readUnits(roots, table, read);
  readLeaders(roots, table, read);
}

function readMembers(roots: readonly Process[], table: Table, plugins: Judges, read: Read): void {
  const ofMembers = new Set<Detail>(
    plugins.guards.filter((guard) => guard.asks === "every member").flatMap((guard) => guard.needs),
  );
  for (const detail of IDENTITY) ofMembers.add(detail);
  read(roots.flatMap((root) => table.tree(root)), ofMembers);
  read(roots, allDetails(plugins));
}

/** Which process is a service's main one is told only by the control groups of all whom an adopter has as child. */
function readUnits(roots: readonly Process[], table: Table, read: Read): void {
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
