/**
 * The machine, and who looks at it.
 *
 * @module
 */
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import type { Host, Viewer } from "../../../src/contract.ts";
import { parseHome } from "../_posix/home.ts";
import type { Tools } from "./run.ts";

const SYSCTL = ["/usr/sbin/sysctl", "/sbin/sysctl"];

/** What names this boot, and where the machine stands. */
export function readHost(tools: Tools, platform: string): Host {
  const isLinux = platform !== "darwin";
  const host: Host = {
    platform: isLinux ? "linux" : "darwin",
    hostname: process.getBuiltinModule("node:os").hostname(),
    bootId: (isLinux ? read("/proc/sys/kernel/random/boot_id") : bootOfMac(tools)) ?? "unknown",
    utcOffsetMinutes: 0 - new Date().getTimezoneOffset(),
  };
  if (!isLinux) return host;
  const release = read("/proc/sys/kernel/osrelease");
  return {
    ...host,
    ...readNamespace(),
    container: existsSync("/.dockerenv") || existsSync("/run/.containerenv"),
    ...(release === undefined ? {} : { wsl: /microsoft/i.test(release) }),
    ...(process.env["AGENT_REAPER_OWN_FILES"] === "1" ? { ownFiles: true } : {}),
  };
}

function readNamespace(): Pick<Host, "pidNamespace"> {
  try {
    return { pidNamespace: readlinkSync("/proc/self/ns/pid") };
  } catch {
    return {};
  }
}

/** Who looks. Under sudo that is the person who called it. */
export function readViewer(): Viewer {
  const effective = process.geteuid?.() ?? 0;
  const caller = process.env["SUDO_UID"];
  const uid = effective === 0 && caller !== undefined && /^\d{1,10}$/.test(caller) ? Number(caller) : effective;
  const home = uid === effective ? process.env["HOME"] : undefined;
  return {
    pid: process.pid,
    uid,
    home: home?.startsWith("/") === true ? home : homeOf(uid) ?? process.getBuiltinModule("node:os").homedir(),
    elevated: effective === 0,
  };
}

/** A UUID that the kernel of macOS makes at every boot; before 10.9 the second of the boot names it. */
function bootOfMac(tools: Tools): string | undefined {
  const sysctl = tools.find(SYSCTL);
  if (sysctl === undefined) return undefined;
  for (const name of ["kern.bootsessionuuid", "kern.boottime"]) {
    const output = tools.run(sysctl, ["-n", name]);
    if (typeof output !== "string" && output.status === 0 && output.text.trim() !== "") return output.text.trim();
  }
  return undefined;
}

/** passwd(5) knows the users of Linux; those of macOS have their homes under /Users (see `dscl`). */
function homeOf(uid: number): string | undefined {
  const told = parseHome(read("/etc/passwd") ?? "", uid);
  if (told !== undefined) return told;
  const name = process.env["SUDO_USER"];
  const home = name === undefined || !/^[\w.-]+$/.test(name) ? undefined : `/Users/${name}`;
  return home !== undefined && existsSync(home) ? home : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
