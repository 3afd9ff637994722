/**
 * The tag of a run (src/vocabulary/run-tag.ts), from what the kernel says of front and guardian.
 *
 * @module
 */
import type { Identity } from "../../../../src/process.ts";
import { bootName, formatRunTag } from "../../../../src/vocabulary/run-tag.ts";
import { linkOf, textOf } from "./self.ts";

/** The tag of these two. */
export function tagOf(front: Identity, guardian: Identity, detachOk: boolean): string {
  return formatRunTag({
    keepers: [front, guardian],
    // Where the kernel does not name its boot (gVisor) nobody can tell later whether it is the same.
    boot: bootName(textOf("/proc/sys/kernel/random/boot_id") ?? "unknown"),
    pidNamespace: /\d+/.exec(linkOf("/proc/self/ns/pid") ?? "")?.[0] ?? "0",
    detachOk,
  });
}

/** A process of ours, with its start in the unit of the table. Undefined where there is no descriptor to read it with. */
export function identityOf(pid: number): Identity | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  return { pid, startToken: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] as string };
}
