/**
 * Whose environment is unknown. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { tells } from "./told.ts";

/**
 * Whether a process's own could not be read. A Mac tells nobody's, though it says so of each, and a table may have been
 * taken without: that is no secret of this process's.
 */
export function isEnvironmentUnread({ env, unread }: Process, table: Table): boolean {
  if (env !== undefined) return false;
  return tells(table, "env") || (table.host.platform !== "darwin" && unread?.["env"] !== undefined);
}
