/**
 * Whose environment is unknown. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { perTable } from "./per-table.ts";

const told = perTable(({ processes }) => ({ ofAny: processes.some(({ env }) => env !== undefined) }));

/**
 * Whether a process's own could not be read. A Mac tells nobody's, though it says so of each, and a table may have been
 * taken without: that is no secret of this process's.
 */
export function isEnvironmentUnread({ env, unread }: Process, table: Table): boolean {
  if (env !== undefined) return false;
  return told(table).ofAny || (table.host.platform !== "darwin" && unread?.["env"] !== undefined);
}
