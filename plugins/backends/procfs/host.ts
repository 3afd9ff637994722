/**
 * The machine, and who looks at it.
 *
 * @module
 */
import type { Host, Viewer } from "../../../src/contract.ts";
import { readClock, utcOffsetMinutes } from "./clock.ts";
import { AT_FDCWD, type Files } from "./files.ts";
import { isFailure } from "./libc.ts";

/** Files that container runtimes leave inside (Docker, Podman). */
const CONTAINER_MARKS = ["/.dockerenv", "/run/.containerenv"] as const;
/** Groups that runtimes put pid 1 into, seen where the cgroup namespace is not private. */
const CONTAINER_GROUP = /\/(?:docker|kubepods|libpod|lxc|containerd|machine\.slice)[/.-]/;

/**
 * What the machine says about itself. What few ask for is asked when they do: a look in the background pays for nothing else.
 * What it fails to tell is asked again the next time: a watch lives for months.
 */
export function readHost(
  files: Files,
  root: string,
  variables: Readonly<Record<string, string | undefined>> = {},
): Host {
  const read = (path: string): string | undefined => {
    const text = files.readText(AT_FDCWD, `${root}/${path}`);
    return typeof text === "string" ? text.trim() : undefined;
  };
  let hostname: string | undefined;
  let bootId: string | undefined;
  let offset: number | undefined;
  let container: boolean | undefined;
  let namespace: string | undefined;
  let wsl: boolean | undefined;
  const ownNamespace = (): string | number => {
    if (namespace !== undefined) return namespace;
    const link = files.linkText(AT_FDCWD, `${root}/self/ns/pid`);
    return typeof link === "string" ? namespace = link : link;
  };
  return {
    platform: "linux",
    get hostname() {
      return (hostname ??= read("sys/kernel/hostname")) ?? "unknown";
    },
    get bootId() {
      // Without it (gVisor): the minute of the boot, which a reboot changes and a running clock hardly does.
      return (bootId ??= read("sys/kernel/random/boot_id")) ??
        `boot-minute-${Math.round(readClock(files.libc).bootMs / 60_000)}`;
    },
    get utcOffsetMinutes() {
      return offset ??= utcOffsetMinutes(files.libc);
    },
    get container() {
      if (container !== undefined) return container;
      const owners = CONTAINER_MARKS.map((mark) => files.owner(AT_FDCWD, mark));
      const groups = files.readText(AT_FDCWD, `${root}/1/cgroup`);
      const isOne = owners.some((uid) => uid >= 0) || (typeof groups === "string" && CONTAINER_GROUP.test(groups));
      // Where it fails to tell it may be one, and what lies there somebody else's.
      const answers = isOne ? [] : [...owners, groups, ownNamespace()];
      return answers.some((answer) => typeof answer === "number" && isFailure(answer)) || (container = isOne);
    },
    get pidNamespace() {
      const own = ownNamespace();
      return typeof own === "string" ? own : undefined;
    },
    ...(variables["AGENT_REAPER_OWN_FILES"] === "1" ? { ownFiles: true } : {}),
    get wsl() {
      if (wsl !== undefined) return wsl;
      const release = read("sys/kernel/osrelease");
      return release === undefined ? false : wsl = /microsoft/i.test(release);
    },
  };
}

/** Who looks. Under sudo and pkexec that is the person who called them. */
export function readViewer(
  files: Files,
  variables: Readonly<Record<string, string | undefined>>,
  effective: number = process.geteuid?.() ?? 0,
): Viewer {
  const caller = effective === 0 ? person(variables["SUDO_UID"]) ?? person(variables["PKEXEC_UID"]) : undefined;
  const uid = caller ?? effective;
  const named = caller === undefined ? variables["HOME"] : undefined;
  const home = named !== undefined && named.startsWith("/") ? named : homeOf(files, uid);
  return { pid: process.pid, uid, home: home ?? "/", elevated: effective === 0 };
}

function person(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function homeOf(files: Files, uid: number): string | undefined {
  const { parseHome } = require("../_posix/home.ts") as typeof import("../_posix/home.ts");
  const text = files.readText(AT_FDCWD, "/etc/passwd");
  return typeof text === "string" ? parseHome(text, uid) : undefined;
}
