/**
 * Devices of the kernel's through which a program serves others: what it is called says less. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";

/** A mount, a network, a machine, a keyboard: each ends with whoever has it open. Of the first there are hundreds of programs. */
const SERVED_THROUGH: ReadonlySet<string> = new Set([
  "/dev/fuse",
  "/dev/cuse",
  "/dev/net/tun",
  "/dev/kvm",
  "/dev/uinput",
  "/dev/input/uinput",
]);

/** Whether others are served through what a descriptor leads to. */
export function isServedThrough(path: string): boolean {
  return SERVED_THROUGH.has(path);
}

/** Whether it has such a device open: a restic that backs up has none, one that shows what was backed up has. */
export function servesThroughDevice({ devices }: Process): boolean {
  return devices?.some(isServedThrough) === true;
}
