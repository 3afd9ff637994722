/**
 * Files of vendors as a process itself would find them. One that is looked at across the border of its pid
 * namespace has a root of its own: its files are kept by its pid and the path in there, and of each it is on record
 * whether there is none, for what could not be read says nothing. Pure.
 *
 * @module
 */
import { isBeyond } from "./namespaces.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { statePath } from "../unattended.ts";

/** Variables that beyond a border tell where our own state would lie. */
export const STATE_VARIABLES: readonly string[] = ["XDG_STATE_HOME", "AGENT_REAPER_STATE"];

/** What a snapshot keeps this file by. */
export function fileKey(process: Process, path: string, table: Table): string {
  return isBeyond(process, table) ? `${process.pid}:${path}` : path;
}

/** The file's text, where it was read. */
export function textOf(process: Process, path: string, table: Table): string | undefined {
  return table.snapshot.files?.[fileKey(process, path, table)];
}

/** Whether there is such a file could not be told, or its text not be read. Beyond a border that is on record of what is none. */
export function isUntold(process: Process, path: string, table: Table): boolean {
  if (textOf(process, path, table) !== undefined) return false;
  const { absentFiles, unreadFiles } = table.snapshot;
  const key = fileKey(process, path, table);
  return isBeyond(process, table) ? absentFiles?.includes(key) !== true : unreadFiles?.includes(key) === true;
}

/** Beyond a border: the database in which an agent-reaper there has its registry; undefined where no home is told. */
export function storeInside({ env }: Process): string | undefined {
  const home = env?.["HOME"];
  return home?.startsWith("/") === true ? `${statePath("linux", home, env ?? {})}/state.db` : undefined;
}
