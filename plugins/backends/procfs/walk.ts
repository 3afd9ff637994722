/**
 * The whole table: one `stat` per process, in the order in which the kernel lists them.
 *
 * @module
 */
import type { Draft } from "../../../src/contract.ts";
import { ParseError } from "../../../src/errors.ts";
import type { Clock } from "./clock.ts";
import { type Files, O_CLOEXEC, O_DIRECTORY, O_RDONLY, RECORD_NAME, recordLength } from "./files.ts";
import { errorName, isGone, roomFor } from "./libc.ts";
import { tryStat, UNREADABLE } from "./single.ts";
import { isReleased, parseStat } from "./stat.ts";

/** What a look at the table brought. */
export interface Listed {
  readonly drafts: Draft[];
  /** Errors that kept a process from being read, and how often. A process that is gone is none. */
  readonly refused: ReadonlyMap<string, number>;
}

const LISTING_BYTES = 128 * 1024;
/** `/stat` and its end are written behind a name, over what is no longer needed of the next record. */
const SLACK_BYTES = 64;
/** 52 numbers of at most 20 digits and a short name. */
const STAT_BYTES = 4096;
/** `/stat` and its end. */
const STAT: Uint8Array = Uint8Array.of(47, 115, 116, 97, 116, 0);
const ESRCH = 3;

/** Reads every process that can be seen. A process that ends meanwhile is left out. */
export function walk(files: Files, mount: number, clock: Clock): Listed {
  const { libc } = files;
  const { bytes: listing, at: listingAt } = roomFor(libc, LISTING_BYTES + SLACK_BYTES);
  const stat = roomFor(libc, STAT_BYTES);
  const drafts: Draft[] = [];
  const refused = new Map<string, number>();
  /** Whom the first try did not bring: what fails in a moment (EINTR, ENFILE) may work in the next. */
  const again: string[] = [];

  const directory = files.open(mount, ".", O_RDONLY | O_DIRECTORY);
  if (directory < 0) {
    refused.set(errorName(directory), 1);
    return { drafts, refused };
  }
  let length: number;
  while ((length = libc.getdents64(directory, listingAt, LISTING_BYTES)) > 0) {
    for (let at = 0; at < length;) {
      const name = at + RECORD_NAME;
      at += recordLength(listing, at);
      // Of all names in /proc only those of processes begin with a digit.
      const first = listing[name] as number;
      if (first < 49 || first > 57) continue;
      listing.set(STAT, listing.indexOf(0, name));
      const fd = libc.openat(mount, listingAt + name, O_RDONLY | O_CLOEXEC, 0);
      const read = fd < 0 ? -1 : libc.read(fd, stat.at, STAT_BYTES);
      if (read <= 0) {
        const error = read === 0 ? ESRCH : libc.errno();
        if (fd >= 0) libc.close(fd);
        if (!isGone(-error)) again.push(libc.text(listingAt, name, listing.indexOf(47, name) - name));
        continue;
      }
      libc.close(fd);
      // A part of its line.
      if (stat.bytes[read - 1] !== 10) {
        again.push(libc.text(listingAt, name, listing.indexOf(47, name) - name));
        continue;
      }
      try {
        const draft = parseStat(libc.text(stat.at, 0, read), clock);
        if (!isReleased(draft)) drafts.push(draft);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        count(refused, UNREADABLE);
      }
    }
  }
  if (length < 0) count(refused, errorName(-libc.errno()));
  libc.close(directory);
  for (const pid of again) {
    const read = tryStat(files, mount, `${pid}/stat`, clock);
    if (typeof read === "string") count(refused, read);
    else if (read !== undefined) drafts.push(read);
  }
  return { drafts, refused };
}

function count(refused: Map<string, number>, error: string): void {
  refused.set(error, (refused.get(error) ?? 0) + 1);
}
