import { unitOf } from "../../src/vocabulary/control-groups.ts";
import { hasWindow, isAutomation } from "../../src/vocabulary/kept.ts";
import { baseName } from "../../src/process.ts";
import type { Guard, Process, Table } from "../../src/contract.ts";

/**
 * `code .`, `xdg-open report.html`: what an agent opened for a person stays below it for as long as both live. A
 * browser that is driven by automation shows its window to nobody.
 */
const window: Guard = {
  name: "window",
  summary: "editors, browsers and terminals that an agent opened for a person",
  asks: "every member",
  needs: ["command", "executable", "cgroup"],
  object(process, { table, root }) {
    if (process === root || !(hasWindow(process, table) || isApplicationBeside(root, process, table))) return undefined;
    return { stands: "spare", because: "a person may look at its window" };
  },
};

/** Desktops start what a person asks to open in a unit of its own: `gio open`, `uwsm app`. So does Chromium, for itself. */
function isApplicationBeside(root: Process, process: Process, table: Table): boolean {
  const unit = process.cgroup?.includes("/app-") === true ? unitOf(process.cgroup) : undefined;
  if (unit === undefined || !/^app-.+\.(?:scope|service)$/.test(baseName(unit))) return false;
  return root.cgroup !== undefined && unitOf(root.cgroup) !== unit && !isAutomation(process, table);
}

export default window;
