/**
 * A snapshot with its indexes: who is whose parent, who is below whom. Pure, built once per
 * snapshot, shared by all who judge.
 *
 * @module
 */
import { type Kin, kinOf } from "./kin.ts";
import type { Process } from "./process.ts";
import { type Standing, standingOf } from "./registry/standing.ts";
import type { Host, Snapshot, Viewer } from "./snapshot.ts";

const NOBODY: readonly Process[] = [];

/** A snapshot that answers questions about kinship. */
export class Table {
  /** What it was built from. */
  readonly snapshot: Snapshot;
  /** The machine that was looked at. */
  readonly host: Host;
  /** Whose eyes looked. */
  readonly viewer: Viewer;
  /** All processes, in the snapshot's order. */
  readonly processes: readonly Process[];
  /** Epoch milliseconds of the look. */
  readonly takenAt: number;
  /** What lives in pid namespaces below the viewer's is judged too (src/vocabulary/namespaces.ts). */
  readonly acrossNamespaces: boolean;
  readonly #kin: Kin;
  readonly #byPid: ReadonlyMap<number, Process>;
  readonly #isWindows: boolean;
  #standings: readonly Standing[] | undefined;
  #registered: Map<number, Standing> | undefined;

  /** Indexes a snapshot; who is in it and below whom must not change after. */
  constructor(snapshot: Snapshot, acrossNamespaces: boolean = false) {
    // Asked for by everybody all the time: without a compiler a getter takes ten times as long as a field.
    this.snapshot = snapshot;
    this.host = snapshot.host;
    this.viewer = snapshot.viewer;
    this.processes = snapshot.processes;
    this.takenAt = Date.parse(snapshot.capturedAt);
    this.acrossNamespaces = acrossNamespaces;
    this.#isWindows = this.host.platform === "win32";
    this.#kin = kinOf(this.processes);
    this.#byPid = this.#kin.byPid;
  }

  /** The process with this pid, if it was seen. */
  get(pid: number): Process | undefined {
    return this.#byPid.get(pid);
  }

  /** Whether a pid is nobody's. Unknown where the table leaves processes out and nobody asked. */
  isAbsent(pid: number): boolean | undefined {
    if (this.#byPid.has(pid)) return false;
    if (this.snapshot.partial !== true) return true;
    return this.snapshot.absent?.includes(pid) === true ? true : undefined;
  }

  /**
   * The living parent, or undefined. On Windows a recorded creator that is dead or younger than its
   * child is nobody's parent: the number was given away again. Nor is pid 0, which is listed there and
   * on macOS: it is the kernel's own.
   */
  parent(process: Process): Process | undefined {
    if (process.ppid === 0) return undefined;
    const parent = this.#byPid.get(process.ppid);
    if (parent === undefined || parent === process) return undefined;
    if (this.#isWindows && isYounger(parent, process)) return undefined;
    return parent;
  }

  /** Its living children, by pid. */
  children(process: Process): readonly Process[] {
    const named = this.#kin.children.get(process.pid);
    if (named === undefined || process.pid === 0) return NOBODY;
    return this.#isWindows || named.includes(process)
      ? named.filter((child) => this.parent(child) !== undefined)
      : named;
  }

  /** The process and all below it, by depth, then by pid. A cycle in hostile data ends. */
  tree(root: Process): Process[] {
    const seen = new Set<number>([root.pid]);
    const found: Process[] = [root];
    for (let at = 0; at < found.length; at++) {
      for (const child of this.children(found[at] as Process)) {
        if (seen.has(child.pid)) continue;
        seen.add(child.pid);
        found.push(child);
      }
    }
    return found;
  }

  /** How everything registered stands today. */
  get standings(): readonly Standing[] {
    return this.#standings ??= (this.snapshot.registered ?? []).map((entry) => standingOf(entry, this));
  }

  /** Those registered that are there, or may be, by pid; of two entries for one process the newest counts. */
  get registered(): ReadonlyMap<number, Standing> {
    const isThere = ({ process, inDoubt }: Standing): boolean => process !== undefined || inDoubt === true;
    return this.#registered ??= new Map(this.standings.filter(isThere).map((one) => [one.entry.pid, one]));
  }

  /** Parents from the nearest up. A cycle in hostile data ends. */
  ancestors(process: Process): Process[] {
    const found: Process[] = [];
    // Chains are short, and asked for of every claim: only a long one is worth a set.
    let seen: Set<Process> | undefined;
    for (let parent = this.parent(process); parent !== undefined; parent = this.parent(parent)) {
      if (parent.pid === process.pid || (seen === undefined ? found.includes(parent) : seen.has(parent))) break;
      found.push(parent);
      if (found.length === LONG_CHAIN) seen = new Set(found);
      else seen?.add(parent);
    }
    return found;
  }
}

const LONG_CHAIN = 32;

/** Started later than its child: then it cannot have created it. Unknown: cannot be told, not younger. */
function isYounger(parent: Process, child: Process): boolean {
  if (parent.startToken !== undefined && child.startToken !== undefined) {
    // FILETIMEs differ in length only across the year 30828.
    if (/^\d+$/.test(parent.startToken) && /^\d+$/.test(child.startToken)) {
      return BigInt(parent.startToken) > BigInt(child.startToken);
    }
  }
  return parent.startedAt !== undefined && child.startedAt !== undefined && parent.startedAt > child.startedAt;
}
