/**
 * What stands beside a name that many programs bear. Pure.
 *
 * @module
 */
import { commandOf } from "./command.ts";
import { launchOf } from "./launch.ts";
import { isServerName, isServerProgram, scriptName } from "./server-names.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/** Whether it started an MCP server: nobody but agents does. */
export function leadsServer(process: Process, table: Table): boolean {
  return table.children(process).some((child) => {
    const its = commandOf(child);
    if (its === undefined) return false;
    if (launchOf(its)?.names.some(isServerName) === true) return true;
    return its.script === undefined ? isServerProgram(its.path, its.program) : scriptName(its.script) !== undefined;
  });
}
