/**
 * Whose a control group is, by its path (cgroups(7)). Services and engines make groups of their own below the one they
 * were given (Podman's `libpod-….scope/container`, `payload` of systemd-nspawn, DelegateSubgroup=): those are theirs too.
 * Pure.
 *
 * @module
 */

/** Docker, Podman, CRI-O and containerd give a container a scope by systemd or, without it, a group with its whole id. */
const CONTAINER =
  /^.*\/(?:(?:docker|libpod|crio|cri-containerd)-[0-9a-f]+\.scope|(?:[a-z][a-z-]*-)?[0-9a-f]{64})(?=\/|$)/;
/** A machine of systemd-nspawn, LXC or Incus: most have an init of their own, and with it units of their own below. */
const MACHINE = /^.*\/(?:machine-[^/]+\.scope|systemd-nspawn@[^/]+\.service|lxc\/[^/]+|lxc\.payload[./][^/]+)(?=\/|$)/;
const UNIT = /^.*\/[^/]+\.(?:service|scope)(?=\/|$)/;

/** The path of the innermost container that a group lies in. */
export function containerOf(cgroup: string): string | undefined {
  return CONTAINER.exec(cgroup)?.[0];
}

/** The id of that container, by the letters of it that Docker, crictl and Podman show. */
export function containerIdOf(cgroup: string): string | undefined {
  return /\b([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?$/.exec(containerOf(cgroup) ?? "")?.[1];
}

/** The path of the innermost machine that a group lies in. */
export function machineOf(cgroup: string): string | undefined {
  return MACHINE.exec(cgroup)?.[0];
}

/** The path of the innermost systemd unit that a group lies in. */
export function unitOf(cgroup: string): string | undefined {
  return UNIT.exec(cgroup)?.[0];
}

/** Whether a group is another one, or lies below it. */
export function liesIn(cgroup: string | undefined, other: string): boolean {
  return cgroup === other || cgroup?.startsWith(`${other}/`) === true;
}

/** The last part of a group's path. systemd writes a dash within a name as `\x2d`: only a slash ends a part. */
export function groupName(cgroup: string): string {
  return cgroup.slice(cgroup.lastIndexOf("/") + 1);
}
