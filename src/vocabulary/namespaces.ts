/**
 * Pid namespaces below the viewer's: containers and sandboxes, as the table tells them. Pure.
 *
 * Kernel facts that all of it rests on: a process has a number in its own namespace and in each above it
 * (`NSpid`, proc_pid_status(5)); whoever loses its parent goes to a subreaper of its own namespace or to
 * that namespace's pid 1, never across (find_new_reaper in kernel/exit.c); who came in by setns(2) has a
 * parent outside.
 *
 * @module
 */
import { programName } from "./command.ts";
import { containerIdOf } from "./control-groups.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/** Whether a process counts as the viewer does, lives in a namespace below, or cannot be told. */
export type Where = "ours" | "below" | "unknown";

/** Where a process lives. Details that contradict each other tell nothing. */
export function whereIs({ nsPids, pidNamespace }: Process): Where {
  if (nsPids === undefined) return pidNamespace === "self" ? "ours" : "unknown";
  if (nsPids.length > 1) return pidNamespace === "self" ? "unknown" : "below";
  return pidNamespace === undefined || pidNamespace === "self" ? "ours" : "unknown";
}

/** Whether it is looked at across the border of its namespace: then no number that it noted is one of this table. */
export function isBeyond(process: Process, table: Table): boolean {
  return table.acrossNamespaces && whereIs(process) !== "ours";
}

/** Whether two processes live in one namespace below ours. Unknown is no. */
export function areTogether(one: Process, other: Process): boolean {
  return whereIs(one) === "below" && whereIs(other) === "below" && one.pidNamespace !== undefined &&
    one.pidNamespace === other.pidNamespace && one.nsPids?.length === other.nsPids?.length;
}

/** Under which numbers it may have been noted: its pid, and beyond a border those of every namespace it is seen in. */
export function numbersOf(process: Process, table: Table): readonly number[] {
  return isBeyond(process, table) ? process.nsPids ?? [] : [process.pid];
}

/** Pid 1 of a namespace below ours. */
export function isInnerInit(process: Process): boolean {
  return whereIs(process) === "below" && innerPid(process) === 1;
}

/** What people call the place: the container where it is known, else the namespace. */
export function placeOf({ cgroup, pidNamespace }: Process): string {
  const id = cgroup === undefined ? undefined : containerIdOf(cgroup);
  if (id !== undefined) return `container ${id}`;
  const number = /\d+/.exec(pidNamespace ?? "")?.[0];
  return `pid namespace${number === undefined ? "" : ` ${number}`}`;
}

/**
 * Inits that start one program and end with it: all else that is their child was adopted. Others (systemd, s6,
 * runit, busybox) start services again and again, and whether a child of theirs is one cannot be told.
 */
const OF_ONE_PROGRAM = new Set(["tini", "tini-static", "docker-init", "dumb-init", "catatonit", "podman-init"]);
/** Kubernetes' and CRI-O's, for pods that share a namespace: they start nothing. */
const OF_NO_PROGRAM = new Set(["/pause", "/usr/bin/pause"]);

/** What is known of a namespace's pid 1: by its executable alone, for arguments are its own to choose. */
export function innerInitKind({ exe }: Process): "of one program" | "of none" | "unknown" {
  if (typeof exe !== "string") return "unknown";
  if (OF_NO_PROGRAM.has(exe)) return "of none";
  return isOfOneProgram(exe) ? "of one program" : "unknown";
}

/** Whether it is the path of an init that starts one program and ends with it. */
export function isOfOneProgram(path: string): boolean {
  return OF_ONE_PROGRAM.has(programName(path));
}

/**
 * Whether a child of a namespace's init may be what that was started for: that is the eldest and has the lowest number,
 * for whatever else the init has as child descends from it, or from what came in later. Either is enough: numbers begin
 * anew some day, and starts do when a container is restored from a checkpoint. A pid 1 that is not known may be an init
 * all the same; of a pause there is none among what came from the pod's other containers.
 */
export function mayBeMain(child: Process, init: Process, table: Table): boolean {
  if (innerInitKind(init) === "of none" && isOfAnother(child, init)) return false;
  return isEldest(child, table.children(init).filter((other) => areTogether(other, child)));
}

/** Whether nobody living among an init's children is both older and of a lower number. Unknown is yes. */
export function isEldest(child: Process, children: readonly Process[]): boolean {
  const own = ticks(child);
  const number = innerPid(child);
  if (own === undefined) return true;
  const others = children.filter((other) => other !== child && other.state !== "Z");
  const isOlder = (other: Process) => {
    const start = ticks(other);
    return start !== undefined && (start < own || (start === own && innerPid(other) < number));
  };
  return !others.some(isOlder) || !others.some((other) => innerPid(other) < number);
}

function isOfAnother(child: Process, init: Process): boolean {
  return child.cgroup !== undefined && init.cgroup !== undefined && child.cgroup !== init.cgroup;
}

function innerPid({ nsPids, pid }: Process): number {
  return nsPids?.at(-1) ?? pid;
}

function ticks({ startToken }: Process): bigint | undefined {
  return startToken !== undefined && /^\d+$/.test(startToken) ? BigInt(startToken) : undefined;
}
