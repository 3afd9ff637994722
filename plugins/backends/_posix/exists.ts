/**
 * Whether somebody is there, asked of the kernel by number: also those that a mount hides. Signal 0 is none.
 *
 * @module
 */
import { kill } from "node:process";

/** Undefined where that is not told. */
export function exists(pid: number): boolean | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ESRCH" ? false : code === "EPERM" ? true : undefined;
  }
}
