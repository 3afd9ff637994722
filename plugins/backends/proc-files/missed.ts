/**
 * Whom a look could not read, or a mount hides (see _posix/missed.ts): found on their parents' own lists.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Draft } from "../../../src/contract.ts";
import type { Clock } from "../procfs/clock.ts";
import { parseChildren } from "../procfs/children.ts";
import { addMissed as addByKin } from "../_posix/missed.ts";
import { parseStat } from "../procfs/stat.ts";
import { exists } from "../_posix/exists.ts";

/** Adds those who are on the lists of whoever was read, and those below them. */
export function addMissed(drafts: Draft[], clock: Clock): void {
  addByKin(drafts, { childrenOf, readChild: (pid, ppid) => readChild(pid, ppid, clock) });
}

/** Or the error that keeps them from being listed. None where it is gone, or the kernel keeps no such list. */
function childrenOf(pid: number): number[] | string {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      parseChildren(unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")) ?? "")
    );
  } catch (error) {
    return isGone(error) ? [] : codeOf(error);
  }
}

function readChild(pid: number, ppid: number, clock: Clock): Draft | undefined {
  try {
    const stat = unlessGone(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (stat !== undefined) return parseStat(stat, clock);
    return exists(pid) === true ? { pid, ppid, unread: { stat: "ENOENT" } } : undefined;
  } catch (error) {
    return { pid, ppid, unread: { stat: codeOf(error) } };
  }
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ESRCH";
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "a line that cannot be read";
}
