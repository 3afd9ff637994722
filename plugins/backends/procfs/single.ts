/**
 * One process's `stat`, by itself.
 *
 * @module
 */
import type { Draft } from "../../../src/contract.ts";
import { ParseError } from "../../../src/errors.ts";
import type { Clock } from "./clock.ts";
import type { Files } from "./files.ts";
import { errorName, isGone } from "./libc.ts";
import { isReleased, parseStat } from "./stat.ts";

/** Whoever has gone since is asked for by number. */
const parts = {
  exists: () => require("./exists.ts") as typeof import("./exists.ts"),
};

/** Why one cannot be read whose line is none. */
export const UNREADABLE = "a line that cannot be read";

/** One process, or undefined when it cannot be read. `directory` is the mount, or one process's own. */
export function readStat(files: Files, directory: number, path: string, clock: Clock): Draft | undefined {
  const read = tryStat(files, directory, path, clock);
  return typeof read === "string" ? undefined : read;
}

/**
 * A process that is on its parent's list; as good as nothing is known of one that cannot be read, or that a mount hides
 * (hidepid=2): a child of another user's. Undefined: it is gone.
 */
export function readChild(files: Files, mount: number, pid: number, ppid: number, clock: Clock): Draft | undefined {
  const read = tryStat(files, mount, `${pid}/stat`, clock);
  if (typeof read === "string") return { pid, ppid, unread: { stat: read } };
  const isHidden = read === undefined && parts.exists().exists(files, mount, pid) === true;
  return isHidden ? { pid, ppid, unread: { stat: "ENOENT" } } : read;
}

/** One process, undefined when it is gone, or why it cannot be read. */
export function tryStat(files: Files, directory: number, path: string, clock: Clock): Draft | string | undefined {
  const length = files.take(directory, path);
  if (length <= 0) return length === 0 || isGone(length) ? undefined : errorName(length);
  try {
    const draft = parseStat(files.text(length), clock);
    return isReleased(draft) ? undefined : draft;
  } catch (error) {
    if (error instanceof ParseError) return UNREADABLE;
    throw error;
  }
}
