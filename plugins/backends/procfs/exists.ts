/**
 * Whether somebody is there, also where the mount hides them.
 *
 * @module
 */
import { exists as known } from "../_posix/exists.ts";
import type { Files } from "./files.ts";
import { ownNumber } from "./limits.ts";

/** Undefined where the mount counts otherwise than signals do. */
export function exists(files: Files, mount: number, pid: number): boolean | undefined {
  return ownNumber(files, mount) === process.pid ? known(pid) : undefined;
}
