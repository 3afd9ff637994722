/**
 * Who takes in processes whose parent died, and who is a parent by right. An adopter is a gate, not
 * a proof, and is never signalled.
 *
 * @module
 */
import { mayBeSetBack } from "./clock.ts";
import { programName } from "./command.ts";
import { areTogether, innerInitKind, isBeyond, isEldest, isInnerInit, isOfOneProgram, placeOf } from "./namespaces.ts";
import type { Process } from "../process.ts";
import type { Responsible } from "../report.ts";
import type { Table } from "../table.ts";

/** Programs that as pid 1 collect whatever loses its parent. */
const INITS = new Set([
  "systemd",
  "launchd",
  "init",
  "tini",
  "tini-static",
  "docker-init",
  "catatonit",
  "dumb-init",
  "runit",
  "runit-init",
  "s6-svscan",
  "openrc-init",
  "busybox",
  "podman-init",
  "sysvinit",
]);

/** What kind of adopter a process is, or undefined when it is none. */
export type Adopter = "init" | "unknown pid 1" | "user manager" | "wsl relay" | "inner init";

/** The kind of adopter a process is. */
export function adopterKind(process: Process, table: Table): Adopter | undefined {
  const { platform } = table.host;
  if (platform === "win32") return undefined;
  if (process.pid === 1) return isKnownInit(process) ? "init" : "unknown pid 1";
  if (platform !== "linux") return undefined;
  if (table.acrossNamespaces && isBeyond(process, table)) return innerAdopterKind(process);
  // Every parent on the machine is asked, and few have such a name.
  const { name } = process;
  if (name === "systemd") return isUserManager(process) ? "user manager" : undefined;
  return name !== undefined && isRelayName(name) && isRelay(name, process, table) ? "wsl relay" : undefined;
}

/** Whether an adopter has it as child. */
export function isAdopted(process: Process, table: Table): boolean {
  const parent = table.parent(process);
  return parent !== undefined && adopterKind(parent, table) !== undefined;
}

/** Whether an adopter has it as child, or no parent of it is to be seen. */
export function hasLostParent(process: Process, table: Table): boolean {
  const parent = table.parent(process);
  return parent === undefined || adopterKind(parent, table) !== undefined;
}

/** Below ours only a namespace's pid 1 is known to adopt: what else calls itself a manager there may be anything. */
function innerAdopterKind(process: Process): Adopter | undefined {
  if (!isInnerInit(process)) return undefined;
  return innerInitKind(process) === "unknown" ? "unknown pid 1" : "inner init";
}

/** Our own pid 1, when it runs one program and ends with it: that one was not adopted. Podman's pause runs none. */
function startsOneProgram({ exe, argv, name }: Process): boolean {
  return isOfOneProgram(exe ?? argv?.[0] ?? name ?? "") && argv?.[1] !== "-P";
}

/** By executable where it can be read (an ordinary user cannot for pid 1), else by its own first word. */
function isKnownInit(process: Process): boolean {
  const program = typeof process.exe === "string" ? programName(process.exe) : undefined;
  // One executable of many names: in a container of Alpine's it is the shell.
  if (program !== undefined && program !== "busybox") return INITS.has(program);
  const [first, applet] = process.argv ?? [];
  const named = first === undefined ? process.name : programName(first);
  const name = named === "busybox" && applet !== undefined ? programName(applet) : named;
  return name !== undefined && (INITS.has(name) || (program === "busybox" && name === "linuxrc"));
}

/** `systemd --user`: names and arguments can be had by anybody, its place among the control groups cannot. */
function isUserManager(process: Process): boolean {
  if (process.argv?.includes("--user") !== true) return false;
  return process.cgroup !== undefined && /\/user@\d+\.service\/init\.scope$/.test(process.cgroup);
}

/**
 * WSL: each console is carried by a `Relay(n)`, a child of `/init`; what loses its parent comes to it. Anybody can have
 * the name: it counts below another of its kind or below pid 1, and where nothing that is known speaks against it.
 */
function isRelay(name: string, process: Process, table: Table): boolean {
  if (table.host.wsl === false) return false;
  const { argv, exe } = process;
  if ((typeof exe === "string" && exe !== "/init") || (argv?.[0] !== undefined && argv[0] !== "/init")) return false;
  // Before WSL 2.0 a relay was called like what it is a copy of: then only its first word tells.
  if (name === "init" && argv?.[0] !== "/init") return false;
  const parent = table.parent(process);
  return process.ppid === 1 || parent === undefined || /^(?:Relay\(\d+\)|SessionLeader|init)/.test(parent.name ?? "");
}

/** The short table lists what those have as children who may be one: by a wider pattern, and without this file (procfs/adopted.ts). */
function isRelayName(name: string): boolean {
  return name === "init" || name === "SessionLeader" || (name.startsWith("Relay(") && /^Relay\(\d+\)$/.test(name));
}

/** Who is responsible for a root. */
export function responsibleFor(root: Process, table: Table): Responsible {
  const { platform } = table.host;
  if (platform === "win32") return responsibleOnWindows(root, table);
  if (root.ppid === 0) {
    return { who: "unknown", because: "its parent is outside this pid namespace and cannot be judged" };
  }
  const parent = table.parent(root);
  if (parent === undefined) {
    return { who: "unknown", pid: root.ppid, because: `its parent ${root.ppid} was not seen` };
  }
  const kind = adopterKind(parent, table);
  if (kind !== undefined && isBeyond(root, table) && !areTogether(root, parent)) {
    return {
      who: "unknown",
      pid: parent.pid,
      because: `its parent (pid ${parent.pid}) is not known to be of its own pid namespace: it may have let it in`,
    };
  }
  if (kind === "unknown pid 1") {
    return {
      who: "unknown",
      pid: parent.pid,
      because: `${
        parent.pid === 1 ? "pid 1" : `pid 1 of its ${placeOf(root)} (pid ${parent.pid})`
      } is no init that we know: it may be its parent or have adopted it`,
    };
  }
  if (kind === "user manager" && (parent.uid === undefined || parent.uid !== root.uid)) {
    return {
      who: "unknown",
      pid: parent.pid,
      because: `adopted by the user manager of another user (pid ${parent.pid})`,
    };
  }
  if (kind === "init" && startsOneProgram(parent) && isEldest(root, table.children(parent))) {
    return { who: "living", pid: 1, because: "pid 1 was started to run it, and ends with it" };
  }
  if (kind !== undefined) {
    const init = kind === "inner init" ? `init of its ${placeOf(root)}` : kind;
    return {
      who: "nobody",
      pid: parent.pid,
      because: `its parent is gone: adopted by the ${init} (pid ${parent.pid})`,
    };
  }
  return { who: "living", pid: parent.pid, because: `its parent is alive (pid ${parent.pid})` };
}

function responsibleOnWindows(root: Process, table: Table): Responsible {
  if (root.ppid === 0) return { who: "nobody", because: "it has no recorded creator" };
  if (root.ppid === root.pid) return { who: "unknown", because: "it is recorded as its own creator" };
  const parent = table.parent(root);
  if (parent !== undefined) {
    return { who: "living", pid: parent.pid, because: `its creator is alive (pid ${parent.pid})` };
  }
  const taken = table.get(root.ppid);
  if (taken !== undefined && mayBeSetBack(taken, root, table)) {
    return {
      who: "unknown",
      pid: root.ppid,
      because: `pid ${root.ppid} may be its creator: the clock may have been set back since that started`,
    };
  }
  if (taken !== undefined) {
    return {
      who: "nobody",
      pid: root.ppid,
      because: `its creator is gone: pid ${root.ppid} belongs to a younger process now`,
    };
  }
  const absent = table.isAbsent(root.ppid);
  return absent === true
    ? { who: "nobody", pid: root.ppid, because: `its creator ${root.ppid} is gone` }
    : { who: "unknown", pid: root.ppid, because: `its creator ${root.ppid} is not in this table` };
}
