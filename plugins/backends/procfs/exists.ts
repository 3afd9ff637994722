/**
 * Whether somebody is there, asked of the kernel by number: also of those that a mount hides. Signal 0 is none.
 *
 * @module
 */
import type { Files } from "./files.ts";
import { ownNumber } from "./limits.ts";

/** Undefined where the mount counts otherwise than signals do. */
export function exists(files: Files, mount: number, pid: number): boolean | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0 || ownNumber(files, mount) !== process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ESRCH" ? false : code === "EPERM" ? true : undefined;
  }
}
