/**
 * The tag of a run (src/run-tag.ts), from what the kernel says of front and guardian.
 *
 * @module
 */
import { readFileSync, readlinkSync } from "node:fs";
import type { Identity } from "../../../../src/process.ts";
import { bootName, formatRunTag } from "../../../../src/run-tag.ts";

/** The tag of these two. */
export function tagOf(front: Identity, guardian: Identity, detachOk: boolean): string {
  return formatRunTag({
    keepers: [front, guardian],
    boot: bootName(boot()),
    pidNamespace: /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0",
    detachOk,
  });
}

/** Where the kernel does not name its boot (gVisor) nobody can tell later whether it is the same. */
function boot(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1");
  } catch {
    return "unknown";
  }
}

/** A process of ours, with its start in the unit of the table. */
export function identityOf(pid: number): Identity {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return { pid, startToken: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] as string };
}
