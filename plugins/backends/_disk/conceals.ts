/**
 * What may be there although nobody could read it.
 *
 * @module
 */
import { lstatSync } from "node:fs";

/** Whether something may stand at a path of which nothing could be read. Where we may not go, our own programs keep nothing. */
export function conceals(path: string, elevated: boolean): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ERR_INVALID_ARG_VALUE") return false;
    return elevated || (code !== "EACCES" && code !== "EPERM");
  }
}
