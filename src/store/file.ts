/**
 * Where the database lies, and whether it is there: asked without loading what opens it.
 *
 * @module
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";

/** The file in the state directory. */
export function storePath(directory: string): string {
  return join(directory, "state.db");
}

/** Whether there is a database at all. What cannot be told is left to whoever opens it. */
export function hasStore(directory: string): boolean {
  try {
    return lstatSync(storePath(directory), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}
