import { hasEnded } from "../../src/process.ts";
import { isAdopted } from "../../src/vocabulary/adopters.ts";
import { containerOf, groupName, liesIn, machineOf, unitOf } from "../../src/vocabulary/control-groups.ts";
import { livingLeader } from "../../src/vocabulary/groups.ts";
import { surelyHasWindow } from "../../src/vocabulary/kept.ts";
import { isBeyond } from "../../src/vocabulary/namespaces.ts";
import { perTable } from "../../src/vocabulary/per-table.ts";
import { tells } from "../../src/vocabulary/told.ts";
import { isWorkplace } from "../../src/vocabulary/workplaces.ts";
import type { Guard, Objection, Process, Table } from "../../src/contract.ts";

/** Scopes that somebody asked for by name, or that hold a container or a machine. */
const ASKED_FOR =
  /^(?:run-.+|machine-.+|docker-.+|libpod-.+|crio-.+|cri-containerd-.+|lxc-.+|nspawn-.+)\.(?:scope|service)$/;
/** Scopes that desktops, logins and terminals make of their own accord. Any other name was given by somebody. */
const OF_ITS_OWN =
  /^(?:app-|app\.|session-|init\.|snap\.|flatpak-|tmux|screen|zellij|kitty|ghostty|wezterm|alacritty|foot|konsole|ptyxis|vte-|.*-spawn-).*scope$/;
/** Where a person logged in, on this machine itself: there is no container and no service. */
const LOGGED_IN = /^\/user\.slice\/user-\d+\.slice\/session-\w+\.scope$/;
/** What lets people in. */
const LOGIN = /^(?:sshd|dropbear|agetty|login|greetd|gdm3?|sddm|lightdm|xrdp-sesman)$/;
/** Desktop applications, terminals among them, run in services of this name: what they lose is not theirs (`foot --server`). */
const APPLICATION = /^app-.+\.service$/;
/** Applications are jobs of launchd, too, and what they start lies in their group. */
const OF_JOB = /^launchd:(?!application\.|\[0x)/;

/**
 * systemd by the unit that its cgroup lies in, launchd and Windows by the manager's own list. A service owns its main
 * process and all below it; what double-forked out of an ordinary service still lies in its cgroup
 * and is left alone too, for systemd will end it with the service.
 */
const supervised: Guard = {
  name: "supervised",
  summary: "services of systemd, launchd and Windows; containers; systemd-run scopes",
  asks: "every member",
  needs: ["cgroup", "supervisor", "command"],
  object(process, { table }) {
    if (table.host.platform === "linux") return bySystemd(process, table);
    if (typeof process.supervisor === "string") return { stands: "spare", because: `owned by ${process.supervisor}` };
    if (process.supervisor === null) return inGroupOfJob(process, table);
    // A Mac whose launchctl does not answer tells of none. Services of Windows look like anything that was left behind.
    const isMac = table.host.platform === "darwin";
    if (isMac && !tells(table, "supervisor") && !mayBeJob(process, table)) return undefined;
    return { stands: "unsure", because: "whether a service manager owns it is unknown" };
  },
};

/** What a job's script put in the background stays in the job's process group, and launchd ends that with the job. */
function inGroupOfJob(process: Process, table: Table): Objection | undefined {
  const leader = table.host.platform === "darwin" ? livingLeader(process, table) : undefined;
  if (leader === undefined) return undefined;
  if (leader === "unknown" || (leader.supervisor === undefined && leader.ppid === 1)) {
    return { stands: "unsure", because: "whether it lies in the process group of a job is unknown" };
  }
  const { pid, supervisor } = leader;
  return typeof supervisor === "string" && OF_JOB.test(supervisor)
    ? { stands: "unsure", because: `lies in the process group of ${supervisor} (pid ${pid})` }
    : undefined;
}

/** A job's parent is launchd by right. Pipes and terminals of which the other end is gone it had of somebody else. */
function mayBeJob({ ppid, stdio }: Process, { host }: Table): boolean {
  return host.platform === "darwin" && ppid === 1 && stdio?.some(({ peer }) => peer === "gone") !== true;
}

function bySystemd(process: Process, table: Table): Objection | undefined {
  const { cgroup } = process;
  if (cgroup === undefined) return { stands: "unsure", because: "its control group is unknown" };
  if (LOGGED_IN.test(cgroup)) return undefined;
  const container = containerOf(cgroup);
  if (container !== undefined && !isJudgedWithin(container, process, table)) {
    return { stands: "spare", because: `runs in ${groupName(container)}, which somebody asked for` };
  }
  const machine = machineOf(cgroup);
  if (machine !== undefined && !liesIn(table.get(table.viewer.pid)?.cgroup, machine)) {
    return { stands: "spare", because: `runs in ${groupName(machine)}, which somebody asked for` };
  }
  const unit = unitOf(cgroup);
  if (unit === undefined || (container !== undefined && unit.length <= container.length)) return undefined;
  const name = groupName(unit);
  if (ASKED_FOR.test(name)) return { stands: "spare", because: `runs in ${name}, which somebody asked for` };
  if (name.endsWith(".scope")) {
    if (OF_ITS_OWN.test(name)) return undefined;
    // Konsole has one for each of its tabs, Ghostty for each of its surfaces, below its own.
    const above = unitOf(unit.slice(0, -name.length - 1));
    return above !== undefined && OF_ITS_OWN.test(groupName(above))
      ? undefined
      : { stands: "unsure", because: `runs in ${name}, a scope that somebody named` };
  }
  if (/^user@\d+\.service$/.test(name)) return undefined;
  const main = mainProcess(unit, table);
  if (main !== undefined && APPLICATION.test(name) && !mayBeStarted(main) && !mayHaveOther(unit, process, table)) {
    return undefined;
  }
  if (main === undefined || main.pid === process.pid) return { stands: "spare", because: `owned by ${name}` };
  if (below(main, table).has(process)) {
    return { stands: "spare", because: `owned by ${name}, below its main process ${main.pid}` };
  }
  if (APPLICATION.test(name) || surelyHasWindow(main, table) || letsIn(main)) return undefined;
  return { stands: "unsure", because: `lies in ${name}, though not below its main process ${main.pid}` };
}

/** systemd gives whatever it starts a session of its own: the eldest of a unit without one was left there by who is gone. */
function mayBeStarted({ pid, sid }: Process): boolean {
  return sid === undefined || sid === pid;
}

/** Whether somebody's whose group or start is not told may be the main process. */
function mayHaveOther(unit: string, { uid }: Process, table: Table): boolean {
  return table.processes.some((other) => {
    if (other.uid !== undefined && uid !== undefined && other.uid !== uid) return false;
    const isTold = other.cgroup !== undefined && (other.startedAt !== undefined || !liesIn(other.cgroup, unit));
    return !isTold && !hasEnded(other) && mayBeAdopted(other, table);
  });
}

/** A manager of whom too little is known is not seen to be one. */
function mayBeAdopted(process: Process, table: Table): boolean {
  if (isAdopted(process, table)) return true;
  const parent = table.parent(process);
  if (parent === undefined) return false;
  const { name, argv, cgroup } = parent;
  return name === undefined || (name === "systemd" && (argv === undefined || cgroup === undefined));
}

/**
 * Containers were asked for. Whoever looks from within one looks at what is left in there (Toolbox and Distrobox share
 * the host's pids), and what one in a pid namespace of its own is there for is told by that (other-namespace).
 */
function isJudgedWithin(container: string, process: Process, table: Table): boolean {
  return isBeyond(process, table) || liesIn(table.get(table.viewer.pid)?.cgroup, container);
}

/** Where logind makes no session of it, whoever came in lies in the service that let him in. */
function letsIn(main: Process): boolean {
  const { name, uid } = main;
  return (uid === 0 && name !== undefined && LOGIN.test(name)) || isWorkplace(main);
}

const trees = perTable(() => new Map<Process, ReadonlySet<Process>>());

/** Whoever lies below a main process: every member of a tree in its service is asked. */
function below(main: Process, table: Table): ReadonlySet<Process> {
  const known = trees(table);
  let tree = known.get(main);
  if (tree === undefined) known.set(main, tree = new Set(table.tree(main)));
  return tree;
}

const mains = perTable(() => new Map<string, Process | undefined>());

function mainProcess(unit: string, table: Table): Process | undefined {
  const known = mains(table);
  if (!known.has(unit)) known.set(unit, findMain(unit, table));
  return known.get(unit);
}

/** The unit's first process that a manager itself has as child. A table that leaves processes out does not tell. */
function findMain(unit: string, table: Table): Process | undefined {
  if (table.snapshot.partial === true) return undefined;
  let main: Process | undefined;
  for (const process of table.processes) {
    if (!liesIn(process.cgroup, unit) || process.startedAt === undefined) continue;
    if (!isAdopted(process, table)) continue;
    if (main?.startedAt === undefined || isEarlier(process, main)) main = process;
  }
  return main;
}

function isEarlier(one: Process, other: Process): boolean {
  const apart = (one.startedAt ?? Infinity) - (other.startedAt ?? Infinity);
  return apart === 0 ? one.pid < other.pid : apart < 0;
}

export default supervised;
