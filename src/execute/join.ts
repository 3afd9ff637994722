/**
 * Children that those who are to be asked have had since the look that they were judged by. When a parent obeys, nobody
 * could tell any more whose they were.
 *
 * @module
 */
import type { Draft, Hold, Machine, Process } from "../contract.ts";
import type { Finding } from "../report.ts";
import { identity, newcomers } from "./newcomers.ts";
import { type Settled, Target } from "./target.ts";

/** Who makes ever more is asked with those that were found by then; if it stays, it is stopped first. */
const LOOKS = 3;

/** What it takes. */
export interface Joining {
  readonly machine: Pick<Machine, "list" | "read" | "hold">;
  /** All are held. Those who join are added. */
  readonly targets: Target[];
  /** The judgement that a process of the snapshot is ended by. */
  readonly judged: ReadonlyMap<number, Finding>;
  readonly settled: Settled;
  readonly readAll: ((newcomers: readonly Draft[]) => void) | undefined;
  readonly mayTouch: (newcomer: Draft, origin: Process) => boolean;
  readonly joined: ((newcomer: Process, origin: Process) => void) | undefined;
}

/**
 * Takes them in before anybody is asked. One that may not be touched spares the tree that it came into, as it would have
 * had it been there at the look. Gives all that are there.
 */
export function join(joining: Joining): readonly Draft[] {
  const { machine, targets, joined } = joining;
  for (let look = 1;; look++) {
    const { found, seen } = newcomers(machine, targets.filter(({ open }) => open), targets);
    for (const { process, origin } of takeAll(found, joining)) joined?.(process, origin);
    if (found.length === 0 || look === LOOKS) return seen;
  }
}

/** One that came into a tree, held. */
interface Held {
  readonly draft: Draft;
  readonly parent: Target;
  readonly hold: Hold;
}

/**
 * Takes in, or spares the tree for the sake of one that may not be touched. Of who is gone again, or on its way into another
 * program, the next look tells.
 */
export function takeAll(newcomers: readonly Draft[], joining: Joining): Target[] {
  const held: Held[] = [];
  const taken = new Map<Held, Target>();
  try {
    for (const draft of newcomers) {
      const one = holdOf(draft, joining);
      if (one !== undefined) held.push(one);
    }
    if (held.length > 0) joining.readAll?.(held.map(({ draft }) => draft));
    for (const one of held) {
      const target = take(one, joining);
      if (target !== undefined) taken.set(one, target);
    }
  } finally {
    for (const one of held) if (!taken.has(one)) one.hold.release();
  }
  return [...taken.values()].filter(({ open }) => open);
}

function holdOf(draft: Draft, joining: Joining): Held | undefined {
  const { machine, targets } = joining;
  const parent = targets.find((target) => target.open && target.process.pid === draft.ppid);
  if (parent === undefined) return undefined;
  // Nobody can be asked about one whom the system fails to tell of.
  if (draft.startToken === undefined) {
    spareTree(parent.origin, draft, joining);
    return undefined;
  }
  const hold = machine.hold(draft);
  if (!("refused" in hold)) return { draft, parent, hold };
  if (hold.refused === "denied") spareTree(parent.origin, draft, joining);
  return undefined;
}

function take({ draft, parent: { open, origin }, hold }: Held, joining: Joining): Target | undefined {
  if (!open) return undefined;
  const isToEnd = joining.mayTouch(draft, origin);
  // What was read of one who has ended meanwhile may be another's.
  if (!hold.alive()) return undefined;
  if (!isToEnd) {
    spareTree(origin, draft, joining);
    return undefined;
  }
  const target = new Target(draft, hold, joining.settled, origin);
  forget(draft, joining);
  joining.targets.push(target);
  return target;
}

/** That it was not the one that was judged any more is no news beside what becomes of it. */
function forget(draft: Draft, { targets }: Joining): void {
  const before = targets.findIndex(({ process }) => identity(process) === identity(draft));
  if (before >= 0) targets.splice(before, 1);
}

function spareTree(origin: Process, { pid }: Draft, { targets, judged }: Joining): void {
  const tree = judged.get(origin.pid);
  const isOther = targets.some((target) => target.process.pid === pid && !target.isAsJudged);
  const became = isOther ? "is another than was judged" : "came into its tree since";
  const because = `hands off: pid ${pid} ${became}, and with it the tree is none to end`;
  for (const target of targets) {
    // Who obeyed by now is not told as one who was left alone.
    if (judged.get(target.origin.pid) !== tree || target.isDead()) continue;
    target.settle("denied", because);
    target.letGo();
  }
}
