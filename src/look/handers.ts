/**
 * Reads what tells by whom environments may have been handed on: that an owner is dead proves nothing of whom somebody else
 * started in an environment that was the owner's.
 *
 * @module
 */
import type { Detail, Process } from "../contract.ts";
import type { Table } from "../table.ts";
import { isAdopted } from "../vocabulary/adopters.ts";
import { handers } from "../vocabulary/handed-on.ts";
import { OWNER_VARIABLES, recordedOwner } from "../vocabulary/owner.ts";
import { keepersOfTerminals, mayBeWorkedInBy, mayBeWorkplaces } from "../vocabulary/workplaces.ts";
import { ENVIRONMENT, IDENTITY, isOurs, type Looking } from "./reading.ts";

const OWNER: ReadonlySet<Detail> = new Set(["owner"]);

/** Whether somebody is on record as its owner who is dead. */
export function isOwnerless(root: Process, table: Table): boolean {
  return recordedOwner(root, table)?.fate === "dead";
}

/** Reads the environments of all by whom that of a root may have been handed on, where its owner is dead. */
export function readHanders(roots: readonly Process[], table: Table, { policy, read }: Looking): void {
  const ownerless = roots.filter((root) => isOwnerless(root, table));
  if (ownerless.length === 0) return;
  read(ownerless.flatMap(handers).map((pid) => table.get(pid)).filter((one) => one !== undefined), ENVIRONMENT);
  const keepers = keepersOfTerminals(table);
  const named = mayBeWorkplaces(table.processes);
  read([...named, ...keepers], OWNER);
  const own = named.filter((one) => isOurs(one, table, policy));
  read(own, IDENTITY);
  read([...own.filter(mayBeWorkedInBy), ...keepers.filter((one) => isOurs(one, table, policy))], ENVIRONMENT);
}

/**
 * In a table of the adopted: those below whom others than they may have handed it on, and are not listed. An editor that an
 * agent opened lies below the shell of the tool call, and that bears the same mark.
 */
export function mayHideHanders(roots: readonly Process[], table: Table, { policy, read }: Looking): number[] {
  const marks = new Set(roots.filter((root) => isOwnerless(root, table)).flatMap(marksOf));
  if (marks.size === 0) return [];
  const adopted = table.processes.filter((one) => one.argv !== null && !roots.includes(one) && isAdopted(one, table));
  read(adopted, OWNER);
  const own = adopted.filter((one) => isOurs(one, table, policy));
  read(own, ENVIRONMENT);
  return own.filter((one) => one.env === undefined || marksOf(one).some((mark) => marks.has(mark))).map(({ pid }) =>
    pid
  );
}

function marksOf({ env }: Process): string[] {
  const marks = OWNER_VARIABLES.filter((variable) => env?.[variable] !== undefined);
  return marks.map((variable) => `${variable}=${env?.[variable]}`);
}
