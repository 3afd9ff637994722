/**
 * Whom a look could not read (EIO, ENOMEM, no descriptors left), or a mount hides (hidepid). Somebody is there: whose child
 * it is its parent's own list tells, and a tree with such a member is not known in full. It has no start, so nobody takes
 * hold of it.
 *
 * @module
 */
import type { Draft } from "../../../src/contract.ts";
import { childrenOf } from "./children.ts";
import type { Clock } from "./clock.ts";
import type { Files } from "./files.ts";
import { errorName } from "./libc.ts";
import { readChild } from "./single.ts";

/** Adds those who are on the lists of whoever was read, and those below them. */
export function addMissed(files: Files, mount: number, clock: Clock, drafts: Draft[]): void {
  const known = new Set<number>();
  for (const { pid } of drafts) known.add(pid);
  for (let at = 0; at < drafts.length; at++) {
    const parent = drafts[at] as Draft;
    const children = childrenOf(files, mount, parent.pid);
    if (typeof children === "number") noteUnlisted(parent, children);
    if (typeof children !== "object") continue;
    for (const pid of children) {
      if (known.has(pid)) continue;
      known.add(pid);
      const child = readChild(files, mount, pid, parent.pid, clock);
      if (child !== undefined) drafts.push(child);
    }
  }
}

/** Notes that it may have children whom nobody sees. */
export function noteUnlisted(draft: Draft, error: number): void {
  draft.unread = { ...draft.unread, children: errorName(error) };
}
