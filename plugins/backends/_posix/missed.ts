/**
 * Whom a look could not read (EIO, ENOMEM, no descriptors left), or a mount hides (hidepid). Somebody is there: whose child
 * it is its parent's own list tells, and a tree with such a member is not known in full. It has no start, so nobody takes
 * hold of it.
 *
 * @module
 */
import type { Draft } from "../../../src/contract.ts";

/** How a backend reads who is below whom. */
export interface Kin {
  /** Or the error that keeps them from being listed; undefined where the kernel keeps no such list. */
  readonly childrenOf: (pid: number) => readonly number[] | string | undefined;
  /** Undefined: it is gone. */
  readonly readChild: (pid: number, ppid: number) => Draft | undefined;
}

/** Adds those who are on the lists of whoever was read, and those below them. */
export function addMissed(drafts: Draft[], { childrenOf, readChild }: Kin): void {
  const known = new Set<number>();
  for (const { pid } of drafts) known.add(pid);
  for (let at = 0; at < drafts.length; at++) {
    const parent = drafts[at] as Draft;
    const children = childrenOf(parent.pid);
    if (typeof children === "string") noteUnlisted(parent, children);
    if (typeof children !== "object") continue;
    for (const pid of children) {
      if (known.has(pid)) continue;
      known.add(pid);
      const child = readChild(pid, parent.pid);
      if (child !== undefined) drafts.push(child);
    }
  }
}

/** Notes that it may have children whom nobody sees. */
export function noteUnlisted(draft: Draft, error: string): void {
  draft.unread = { ...draft.unread, children: error };
}
