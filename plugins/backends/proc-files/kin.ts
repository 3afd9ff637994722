/**
 * Who is below whom by the parents' own lists: what finds those whom a look missed (see _posix/missed.ts).
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Draft } from "../../../src/contract.ts";
import type { Clock } from "../procfs/clock.ts";
import { parseChildren } from "../procfs/children.ts";
import type { Kin } from "../_posix/missed.ts";
import { parseStat } from "../procfs/stat.ts";
import { exists } from "../_posix/exists.ts";

/** Who is below whom, by the parents' own lists. */
export function kinBy(clock: Clock): Kin {
  return { childrenOf, readChild: (pid, ppid) => readChild(pid, ppid, clock) };
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
