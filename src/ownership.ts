/**
 * Who can change what lies on disk, by its owner and its mode. Pure.
 *
 * @module
 */
import type { Ownership } from "./snapshot.ts";

/** Whether others than the owner can write to a file; of a directory, whether they can put names there or take them away. */
export function isOpenToOthers({ uid, gid, mode }: Ownership): boolean {
  if ((mode & 0o1000) !== 0) return false;
  // A group named after its only user has that user's number on every distribution that makes such groups.
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid && gid !== 0);
}
