import { adopterKind } from "../../src/vocabulary/adopters.ts";
import { isBeyond } from "../../src/vocabulary/namespaces.ts";
import { baseName } from "../../src/process.ts";
import type { Guard, Objection, Process, Table } from "../../src/contract.ts";

/** Scopes that somebody asked for by name, or that hold a container or a machine. */
const ASKED_FOR =
  /^(?:run-.+|machine-.+|docker-.+|libpod-.+|crio-.+|cri-containerd-.+|lxc-.+|nspawn-.+)\.(?:scope|service)$/;
/** Of these those that Docker, Podman, CRI-O and containerd make, one for each container. */
const OF_CONTAINERS = /^(?:docker|libpod|crio|cri-containerd)-[0-9a-f]+\.scope$/;
/** Scopes that desktops, logins and terminals make of their own accord. Any other name was given by somebody. */
const OF_ITS_OWN =
  /^(?:app-|app\.|session-|init\.|snap\.|flatpak-|tmux|screen|zellij|kitty|ghostty|wezterm|alacritty|foot|konsole|ptyxis|vte-|.*-spawn-).*scope$/;
/** Desktop applications, terminals among them, run in services of this name: what they lose is not theirs. */
const APPLICATION = /^app-.+\.service$/;

/**
 * systemd by cgroup leaf, launchd and Windows by the manager's own list. A service owns its main
 * process and all below it; what double-forked out of an ordinary service still lies in its cgroup
 * and is left alone too, for systemd will end it with the service.
 */
const supervised: Guard = {
  name: "supervised",
  summary: "services of systemd, launchd and Windows; containers; systemd-run scopes",
  asks: "every member",
  needs: ["cgroup", "supervisor"],
  object(process, { table }) {
    if (table.host.platform === "linux") return bySystemd(process, table);
    if (typeof process.supervisor === "string") return { stands: "spare", because: `owned by ${process.supervisor}` };
    if (process.supervisor === null) return undefined;
    if (process.unread?.["supervisor"] === undefined && !isTold(table)) return undefined;
    return { stands: "unsure", because: "whether a service manager owns it is unknown" };
  },
};

/** launchd and Windows answer for all or for none: one row without an answer among others with one is unknown. */
function isTold(table: Table): boolean {
  return table.processes.some((process) => process.supervisor !== undefined);
}

function bySystemd(process: Process, table: Table): Objection | undefined {
  if (process.cgroup === undefined) return { stands: "unsure", because: "its control group is unknown" };
  const leaf = baseName(process.cgroup);
  // Containers were asked for. What one is there for is told by its pid namespace (other-namespace).
  if (OF_CONTAINERS.test(leaf) && isBeyond(process, table)) return undefined;
  if (ASKED_FOR.test(leaf)) return { stands: "spare", because: `runs in ${leaf}, which somebody asked for` };
  if (leaf.endsWith(".scope") && !OF_ITS_OWN.test(leaf)) {
    return { stands: "unsure", because: `runs in ${leaf}, a scope that somebody named` };
  }
  if (!leaf.endsWith(".service") || /^user@\d+\.service$/.test(leaf)) return undefined;
  const main = mainProcess(process.cgroup, table);
  if (main === undefined || main.pid === process.pid) return { stands: "spare", because: `owned by ${leaf}` };
  for (const ancestor of table.ancestors(process)) {
    if (ancestor.pid === main.pid) {
      return { stands: "spare", because: `owned by ${leaf}, below its main process ${main.pid}` };
    }
  }
  if (APPLICATION.test(leaf)) return undefined;
  return { stands: "unsure", because: `lies in ${leaf}, though not below its main process ${main.pid}` };
}

/** The unit's first process that a manager itself has as child. A table that leaves processes out does not tell. */
function mainProcess(cgroup: string, table: Table): Process | undefined {
  if (table.snapshot.partial === true) return undefined;
  let main: Process | undefined;
  for (const process of table.processes) {
    if (process.cgroup !== cgroup || process.startedAt === undefined) continue;
    const parent = table.parent(process);
    if (parent === undefined || adopterKind(parent, table) === undefined) continue;
    if (main?.startedAt === undefined || isEarlier(process, main)) main = process;
  }
  return main;
}

function isEarlier(one: Process, other: Process): boolean {
  const apart = (one.startedAt ?? Infinity) - (other.startedAt ?? Infinity);
  return apart === 0 ? one.pid < other.pid : apart < 0;
}

export default supervised;
