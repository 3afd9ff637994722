/**
 * How details of processes are read into the table.
 *
 * @module
 */
import type { Detail, Draft, Machine, Policy, Process, Snapshot } from "../contract.ts";
import type { Judges } from "../judges.ts";
import { sameOwner } from "../process.ts";
import type { Table } from "../table.ts";
import { STATE_VARIABLES } from "../vocabulary/inside-files.ts";

/** A snapshot that is being taken. */
export type Growing = { -readonly [K in keyof Snapshot]: Snapshot[K] };

/** Reads these details of those who are wanted. */
export type Read = (wanted: readonly Process[], details: ReadonlySet<Detail>) => void;

/** What one look goes by. */
export interface Looking {
  readonly machine: Machine;
  readonly plugins: Judges;
  readonly policy: Policy;
  readonly read: Read;
}

/** Tells who somebody is. */
export const IDENTITY: ReadonlySet<Detail> = new Set(["owner", "command", "executable"]);
export const ENVIRONMENT: ReadonlySet<Detail> = new Set(["environment"]);
const NO_VARIABLES: ReadonlySet<string> = new Set();

/** A look at a machine; of environments it reads the variables that somebody names. */
export function lookWith(machine: Machine, plugins: Judges, policy: Policy): Looking {
  const all = [...plugins.matchers, ...plugins.leftoverMatchers, ...plugins.guards, ...plugins.proofs];
  const variables = new Set(all.flatMap((plugin) => plugin.variables ?? []));
  if (policy.hostNamespaces === true) STATE_VARIABLES.forEach((variable) => variables.add(variable));
  // What is read is written into the drafts; as long as they are the table's processes, these are they.
  const read: Read = (wanted, details) =>
    machine.read(wanted as readonly Draft[], details, details.has("environment") ? variables : NO_VARIABLES);
  return { machine, plugins, policy, read };
}

/** A browser's own children bear its name, and what they are called with tells of it (isApplication). */
export function readParts(of: readonly Process[], table: Table, read: Read): void {
  read(of.flatMap((one) => table.children(one).filter(({ name }) => name === one.name)), IDENTITY);
}

/** All that anybody reads who judges. */
export function allDetails({ matchers, guards, proofs }: Judges): Set<Detail> {
  return new Set([...IDENTITY, ...[...matchers, ...guards, ...proofs].flatMap((plugin) => plugin.needs)]);
}

/** Of the viewer, as far as is known, or of anybody where all were asked for. */
export function isOurs({ uid }: Process, { viewer }: Table, { allUsers }: Policy): boolean {
  return allUsers === true || uid === undefined || sameOwner(uid, viewer.uid);
}

/** The runtime's own spreading of a map is compiled for its first use. */
export function keysOf<T>(map: ReadonlyMap<T, unknown>): T[] {
  const keys: T[] = [];
  for (const key of map.keys()) keys.push(key);
  return keys;
}
