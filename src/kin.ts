/**
 * Who has which number and whose child is who, as far as numbers tell it. Pure, and found out once for each list: those
 * who read it, look and judge ask the same.
 *
 * @module
 */
import { byPid } from "./process.ts";
import type { Process } from "./process.ts";

/** What numbers tell. */
export interface Kin {
  /** How many processes it was made of: a table that is being read may grow. */
  readonly size: number;
  /** Of several with one number, which only a damaged list has, the last. */
  readonly byPid: ReadonlyMap<number, Process>;
  /** By the parent's number, in the order of pids. */
  readonly children: ReadonlyMap<number, readonly Process[]>;
}

const known = new WeakMap<readonly Process[], Kin>();

/** The kin of a list. */
export function kinOf(processes: readonly Process[]): Kin {
  let kin = known.get(processes);
  if (kin?.size !== processes.length) known.set(processes, kin = kinIn(processes));
  return kin;
}

function kinIn(processes: readonly Process[]): Kin {
  const numbered = new Map<number, Process>();
  const children = new Map<number, Process[]>();
  // Most systems list by pid: what is in order needs no sorting.
  let isSorted = true;
  let last = -Infinity;
  for (const process of processes) {
    const { pid, ppid } = process;
    numbered.set(pid, process);
    if (pid < last) isSorted = false;
    last = pid;
    const siblings = children.get(ppid);
    if (siblings === undefined) children.set(ppid, [process]);
    else siblings.push(process);
  }
  if (!isSorted) { for (const siblings of children.values()) siblings.sort(byPid); }
  return { size: processes.length, byPid: numbered, children };
}
