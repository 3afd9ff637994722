/**
 * What cannot be seen here, and what would help.
 *
 * @module
 */
import type { Host, Limit, Viewer } from "../../../src/contract.ts";
import type { Files } from "./files.ts";
import { isFailure } from "./libc.ts";

/** What the last look at the table met. */
export interface Met {
  /** Errors that kept processes from being read, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** The short table was asked for and the kernel could not give it. */
  readonly fellBack: boolean;
}

/** The initial pid namespace's inode: PROC_PID_INIT_INO in include/linux/proc_ns.h. */
const INITIAL_NAMESPACE = "pid:[4026531836]";
const ENOENT = -2;

/** The number that this mount knows us by; undefined when we are not in it. */
export function ownNumber(files: Files, mount: number): number | undefined {
  const self = files.linkText(mount, "self");
  return typeof self === "string" && /^\d+$/.test(self) ? Number(self) : undefined;
}

/** Whether some processes are hidden altogether. */
export function hides(files: Files, mount: number, root: string): boolean {
  if (files.read(mount, "1/stat") === ENOENT) return true;
  const mounts = files.readText(mount, "self/mountinfo");
  if (typeof mounts === "number" && isFailure(mounts)) return true;
  const option = typeof mounts === "string" ? parseHidepid(mounts, root) : undefined;
  if (option === undefined || option === "0" || option === "off") return false;
  const status = files.readText(mount, "self/status");
  return typeof status !== "string" || !mayTrace(status);
}

/** CAP_SYS_PTRACE: to whom a mount hides nobody. Root in a container is often without it. */
const CAP_SYS_PTRACE = 19n;

/** Whether the capabilities in `status` let their owner see all processes. */
export function mayTrace(status: string): boolean {
  const effective = /^CapEff:\t([0-9a-f]{1,16})$/m.exec(status)?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> CAP_SYS_PTRACE) & 1n) === 1n;
}

/** The `hidepid` option of the mount at `root` (proc(5)); the last mount on a place is the one that is seen. */
export function parseHidepid(mountinfo: string, root: string): string | undefined {
  let option: string | undefined;
  for (const line of mountinfo.split("\n")) {
    const fields = line.split(" ");
    const end = fields.indexOf("-");
    if (end < 0 || fields[4] !== root || fields[end + 1] !== "proc") continue;
    option = /(?:^|,)hidepid=(\w+)/.exec(fields[end + 3] ?? "")?.[1];
  }
  return option;
}

/** Everything that limits what was seen. */
export function findLimits(
  files: Files,
  mount: number,
  root: string,
  host: Host,
  viewer: Viewer,
  met: Met,
  failed: ReadonlyMap<string, ReadonlySet<number>>,
): Limit[] {
  const limits: Limit[] = [];
  if (ownNumber(files, mount) !== viewer.pid) {
    limits.push({
      what: `${root} belongs to another pid namespace`,
      because: `it does not know us as pid ${viewer.pid}: its numbers are not those that signals go to`,
      remedy: "mount a /proc of this namespace (unshare --mount-proc, or docker run without -v /proc)",
    });
  }
  if (hides(files, mount, root)) {
    limits.push({
      what: "processes of other users",
      because: `${root} is mounted with hidepid, so parents and holders that belong to others cannot be seen`,
      remedy: "run it with sudo, or join the group of the mount's gid= option",
    });
  }
  for (const [error, times] of met.refused) {
    limits.push({
      what: `${times} ${times === 1 ? "process" : "processes"}`,
      because: `the system answers ${error} when their state is read`,
      remedy: error === "EACCES" || error === "EPERM" ? "run it with sudo" : "run it again",
    });
  }
  for (const [error, { size }] of failed) {
    limits.push({
      what: `details of ${size} ${size === 1 ? "process" : "processes"}`,
      because: `the system answers ${error} when they are read`,
      remedy: "run it again",
    });
  }
  if (met.fellBack) {
    limits.push({
      what: "the short way to the adopted",
      because: "this kernel does not list children (CONFIG_PROC_CHILDREN): the whole table was read instead",
    });
  }
  const namespace = files.linkText(mount, "self/ns/pid");
  if (typeof namespace === "string" && namespace !== INITIAL_NAMESPACE) {
    limits.push({
      what: "processes outside this pid namespace",
      because: host.container === true
        ? "this is a container: those of the host and of other containers cannot be seen"
        : "this is a pid namespace of its own: those outside cannot be seen",
      remedy: "run it on the host to judge those too",
    });
  }
  return limits;
}
