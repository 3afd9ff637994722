/**
 * Those who are not any more what was judged: what is to be done is written down first, and somebody's disk takes its time.
 *
 * @module
 */
import type { Process, Refusal, Since } from "../contract.ts";
import type { Target } from "./target.ts";

/**
 * Who became another, or is below one who did, is let go; below a parent that is still held it may be judged anew. Whether
 * there was one.
 */
export function leaveChanged(targets: readonly Target[], since: Since): boolean {
  const refused = new Map<number, Refusal>();
  const dead = new Set(targets.filter((target) => target.isDead()).map(({ process }) => process.pid));
  for (const target of targets.filter(({ open }) => open)) {
    const { pid, ppid } = target.process;
    // Whom the end of its parent reaches is on its way out as one who was asked.
    const refusal = notOfItsTree(target.process, refused) ?? target.changed(dead.has(ppid) ? "asked" : since);
    // That it ended is what it is to do; who was asked is held and was judged, and what cannot be read is no change.
    if (refusal === undefined || refusal.refused === "gone") continue;
    if (since === "asked" && refusal.refused === "unknown") continue;
    refused.set(pid, refusal);
    target.refuse(refusal);
  }
  return refused.size > 0;
}

/**
 * It was judged with its tree. Whose parent, held before it, had ended or is another now is below a stranger, or below one
 * who would be judged anew.
 */
export function notOfItsTree({ ppid }: Process, refused: ReadonlyMap<number, Refusal>): Refusal | undefined {
  const above = refused.get(ppid);
  if (above === undefined || above.refused === "denied") return undefined;
  return {
    refused: above.refused === "unknown" ? "unknown" : "replaced",
    because: `it is below pid ${ppid}, which is not held: ${above.because}`,
  };
}
