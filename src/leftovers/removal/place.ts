/**
 * Gives something that was moved aside a name again, and never somebody else's.
 *
 * @module
 */
import { linkSync, mkdirSync, readlinkSync, renameSync, rmdirSync, symlinkSync, unlinkSync } from "node:fs";
import { platform } from "node:process";
import type { Leftover } from "../../contract.ts";

/**
 * Moves it to a name. rename(2) would overwrite: what makes a name anew fails where there is one.
 *
 * @throws What the system says: EEXIST or ENOTEMPTY where something is there.
 */
export function place(at: string, kind: Leftover["kind"], name: string): void {
  // Windows moves no directory over another (MoveFileEx), so nothing has to hold the name.
  if (kind === "directory" && platform === "win32") renameSync(at, name);
  else if (kind === "directory") {
    mkdirSync(name, { mode: 0o700 });
    try {
      renameSync(at, name);
    } catch (error) {
      rmdirSync(name);
      throw error;
    }
  } else {
    if (kind === "file") linkSync(at, name);
    else symlinkSync(readlinkSync(at), name);
    unlinkSync(at);
  }
}
