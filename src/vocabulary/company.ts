/**
 * What stands beside a name that many programs bear. Pure.
 *
 * @module
 */
import { commandOf } from "./command.ts";
import { launchOf } from "./launch.ts";
import { develops, isInspector, isServerName, isServerProgram, scriptName } from "./server-names.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/** Whether it started an MCP server that serves: nobody but agents does. */
export function leadsServer(process: Process, table: Table): boolean {
  return table.children(process).some((child) => {
    const its = commandOf(child);
    if (its === undefined) return false;
    const launch = launchOf(its);
    if (launch?.names.some((name) => isServerName(name) && serves(name, launch.args[0])) === true) return true;
    const isProgram = its.script === undefined && isServerProgram(its.path, its.program);
    const name = isProgram ? its.program : scriptName(its.script ?? "");
    return name !== undefined && serves(name, its.args[0]);
  });
}

/** People try servers out from scripts of their own, and have them do what else they do. */
function serves(name: string, word?: string): boolean {
  return !isInspector(name) && !develops(name, word);
}
