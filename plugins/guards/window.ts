import { commandOf } from "../../src/vocabulary/command.ts";
import { groupName, unitOf } from "../../src/vocabulary/control-groups.ts";
import { hasWindow, isAutomation, isDriven } from "../../src/vocabulary/kept.ts";
import { perTree } from "../../src/vocabulary/per-tree.ts";
import type { Context, Guard, Process, Table } from "../../src/contract.ts";

/** What is connected to a display and shows nothing there. */
const WITHOUT_WINDOW = new Set(["xclip", "xsel", "wl-copy", "wl-paste", "xdotool", "ydotool"]);

/**
 * `code .`, `xdg-open report.html`: what an agent opened for a person stays below it for as long as both live. A
 * browser that is driven by automation shows its window to nobody.
 */
const window: Guard = {
  name: "window",
  summary: "editors, browsers, terminals and whatever else an agent opened for a person",
  asks: "every member",
  needs: ["command", "executable", "cgroup", "sockets"],
  object(process, context) {
    const { table, root, claim } = context;
    // What is claimed by its name has none. Debris is claimed by where it is, a browser by its profile.
    if (process === root && claim.debris !== true && claim.role !== "browser") return undefined;
    const shows = process !== root && (hasWindow(process, table) || isApplicationBeside(root, process, table));
    const isSeen = shows || isOnDisplay(process, context);
    if (isSeen === "unknown") return { stands: "unsure", because: "whether it shows a window is unknown" };
    return isSeen ? { stands: "spare", because: "a person may look at its window" } : undefined;
  },
};

/**
 * An agent or a server may look at the clipboard there, or at the windows of others. With a server's profile people open
 * a browser themselves, to log in.
 */
function isOnDisplay(process: Process, context: Context): boolean | "unknown" {
  const { table, root, claim, isAgents } = context;
  const { display, pid, name = "" } = process;
  const isBrowser = process === root && claim.role === "browser";
  // Where no system tells displays, whoever drives a browser tells it so.
  const isUntold = isDisplayUnread(process, context) || (isBrowser && table.host.platform !== "linux");
  if (display === null || (display === undefined && !isUntold)) return false;
  const seen = display === undefined ? "unknown" : true;
  if (isBrowser) return isDriven(process) ? false : seen;
  if (isAgents(pid)) return false;
  if (WITHOUT_WINDOW.has(commandOf(process)?.program ?? name) || isAutomation(process, table)) return false;
  if (display === undefined) return seen;
  // `xvfb-run npm test`: nobody sees a display that ends with the tree.
  return !servedIn(context).has(display);
}

/** What its members listen on. */
const servedIn = perTree(({ tree, table }): ReadonlySet<number | string> =>
  new Set([...tree].flatMap((member) => table.get(member)?.listening ?? []))
);

/** Only Linux tells displays, and not in a table that was taken without. */
function isDisplayUnread({ unread }: Process, { table, isDisplayTold }: Context): boolean {
  return table.host.platform === "linux" && (unread?.["display"] !== undefined || isDisplayTold());
}

/** Desktops start what a person asks to open in a unit of its own: `gio open`, `uwsm app`. So does Chromium, for itself. */
function isApplicationBeside(root: Process, process: Process, table: Table): boolean {
  const unit = process.cgroup?.includes("/app-") === true ? unitOf(process.cgroup) : undefined;
  if (unit === undefined || !/^app-.+\.(?:scope|service)$/.test(groupName(unit))) return false;
  return root.cgroup !== undefined && unitOf(root.cgroup) !== unit && !isAutomation(process, table);
}

export default window;
