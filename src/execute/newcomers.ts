/**
 * Children that were born after the snapshot.
 *
 * @module
 */
import type { Detail, Draft, Machine } from "../contract.ts";
import { isZombie, sameArguments } from "../process.ts";
import type { Target } from "./target.ts";

/** Reads what a hold compares and what tells one program from another. */
const IDENTIFYING: ReadonlySet<Detail> = new Set(["owner", "executable", "command"]);

/** What of a machine is needed to look again. */
export type Looking = Pick<Machine, "list" | "read">;

/**
 * Children of a living family that are no targets yet, those too of whom the system fails to tell more. `restless`: some of
 * the family may still fork. `seen`: all that are there.
 */
export function newcomers(
  machine: Looking,
  family: readonly Target[],
  targets: readonly Target[],
): { found: Draft[]; restless: boolean; seen: readonly Draft[] } {
  const drafts = machine.list("all");
  // Asked after the look: whoever is alive now had its number all through it, and no child of somebody else's is taken
  // for its own.
  const living = family.filter((target) => !target.isDead());
  const parents = new Set(living.map((target) => target.process.pid));
  const stopping = new Set(living.filter((target) => target.stopped).map((target) => target.process.pid));
  const known = new Set(targets.filter(({ isAsJudged }) => isAsJudged).map((target) => identity(target.process)));
  const held = new Set(targets.filter((target) => !target.isDead()).map((target) => target.process.pid));
  const found: Draft[] = [];
  let restless = false;
  for (const draft of drafts) {
    if (stopping.has(draft.pid) && isRestless(draft)) restless = true;
    if (!parents.has(draft.ppid) || isZombie(draft)) continue;
    if (draft.startToken === undefined ? !held.has(draft.pid) : !known.has(identity(draft))) found.push(draft);
  }
  const read = found.filter(({ startToken }) => startToken !== undefined);
  if (read.length > 0) machine.read(read, IDENTIFYING, new Set());
  return { found, restless, seen: drafts };
}

/**
 * Once SIGSTOP is pending, a single thread gets no further child onto the table: copy_process gives
 * up when a signal is pending. Other threads learn of it only when one of them has taken the signal;
 * until the whole is seen stopped they may still fork.
 */
function isRestless(draft: Draft): boolean {
  return draft.threads !== 1 && !["T", "t", "Z", "X"].includes(draft.state ?? "");
}

/**
 * Settled targets that somebody brought back: same executable, same arguments, same parent, not
 * there before.
 */
export function tellRespawned(machine: Looking, targets: readonly Target[], before: ReadonlySet<string>): void {
  const ended = targets.filter(({ result }) => result?.outcome === "ended" || result?.outcome === "killed");
  if (ended.length === 0) return;
  const parents = new Set(ended.map(({ process }) => process.ppid));
  const born = machine.list("all").filter((draft) => parents.has(draft.ppid) && !before.has(identity(draft)));
  if (born.length === 0) return;
  machine.read(born, IDENTIFYING, new Set());
  for (const target of ended) {
    const { exe, argv, ppid } = target.process;
    if (typeof exe !== "string" || !Array.isArray(argv)) continue;
    const at = born.findIndex((it) =>
      it.ppid === ppid && it.exe === exe && Array.isArray(it.argv) && sameArguments(it.argv, argv)
    );
    if (at < 0) continue;
    const [back] = born.splice(at, 1);
    target.amend("respawned", `it was ended, and the same program came back as pid ${back?.pid}`);
  }
}

/** Names one process within this boot. */
export function identity({ pid, startToken }: { readonly pid: number; readonly startToken?: string }): string {
  return `${pid} ${startToken ?? "?"}`;
}
