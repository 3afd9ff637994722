/**
 * Who holds the other end: one walk over the descriptors of all processes, whatever the number of
 * questions.
 *
 * @module
 */
import { isZombie } from "../../../src/process.ts";
import { readClock } from "./clock.ts";
import type { Files } from "./files.ts";
import { isGone } from "./libc.ts";
import { readStat } from "./single.ts";

/** A descriptor somebody has. */
export interface Held {
  readonly pid: number;
  readonly fd: number;
}

const LETTER_P = 112;
const LETTER_S = 115;

/** Whom a walk over all descriptors found. */
export interface Holders {
  readonly byLink: ReadonlyMap<string, readonly Held[]>;
  /** Somebody did not let us look, and may have any of them. */
  readonly unseen: boolean;
}

/**
 * Finds who has these pipes and sockets open, by the text of their links (`pipe:[123]`,
 * `socket:[123]`). Processes that do not let us look, or that the system fails to show, are passed over: whom we find is a
 * fact, that we find nobody is none.
 */
export function findHolders(files: Files, mount: number, links: ReadonlySet<string>): Holders {
  const byLink = new Map<string, Held[]>();
  const pids = links.size === 0 ? [] : files.numbers(mount, ".");
  if (typeof pids === "number") return { byLink, unseen: true };
  let unseen = false;
  for (const pid of pids) {
    const fds = files.numbers(mount, `${pid}/fd`);
    if (typeof fds === "number") {
      if (!isGone(fds)) unseen ||= hasDescriptors(files, mount, pid);
      continue;
    }
    for (const fd of fds) {
      const length = files.link(mount, `${pid}/fd/${fd}`);
      if (length < 0) {
        unseen ||= !isGone(length);
        continue;
      }
      const first = files.room.bytes[0];
      if (length === 0 || (first !== LETTER_P && first !== LETTER_S)) continue;
      const link = files.text(length);
      if (!links.has(link)) continue;
      const held = byLink.get(link);
      if (held === undefined) byLink.set(link, [{ pid, fd }]);
      else held.push({ pid, fd });
    }
  }
  return { byLink, unseen };
}

/** The kernel's own threads have none, and zombies none any more: neither has arguments. A leader that ended may have threads. */
function hasDescriptors(files: Files, mount: number, pid: number): boolean {
  const length = files.read(mount, `${pid}/cmdline`);
  if (length !== 0) return length > 0 || !isGone(length);
  const draft = readStat(files, mount, `${pid}/stat`, readClock(files.libc));
  return draft !== undefined && draft.argv !== null && !isZombie(draft);
}

/** What a descriptor may be used for. */
export interface Access {
  readonly reads: boolean;
  readonly writes: boolean;
}

/** How a descriptor was opened: the octal `flags` of `/proc/<pid>/fdinfo/<fd>` (proc_pid_fdinfo(5)). */
export function parseAccess(text: string): Access | undefined {
  const flags = /^flags:\t0?([0-7]{1,11})$/m.exec(text)?.[1];
  if (flags === undefined) return undefined;
  const mode = parseInt(flags, 8) & 3;
  return { reads: mode !== 1, writes: mode !== 0 };
}

/** How a descriptor was opened, undefined when that may not be known. */
export function readAccess(files: Files, directory: number, path: string): Access | undefined {
  const text = files.readText(directory, path);
  return typeof text === "number" ? undefined : parseAccess(text);
}
