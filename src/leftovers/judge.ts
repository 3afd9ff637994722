/**
 * What lies on disk: where it is looked for, and how it is judged. Finding it needs a machine and nothing
 * else of ours; the judgement is pure.
 *
 * @module
 */
import type {
  Detail,
  Leftover,
  LeftoverJudgement,
  LeftoverMatcher,
  LeftoverPlace,
  Machine,
  Policy,
  Scope,
} from "../contract.ts";
import type { LeftoverFinding } from "../report.ts";
import type { Table } from "../table.ts";

/** The matchers whose leftovers are looked for. What is only told of is no concern of a look in the background. */
export function soughtBy(
  matchers: readonly LeftoverMatcher[],
  { only }: Pick<Policy, "only">,
  scope: Scope,
): readonly LeftoverMatcher[] {
  return matchers.filter((matcher) =>
    matcher.onlyWhenNamed !== true || scope === "all" || only?.includes(matcher.name)
  );
}

/** Everything that these matchers might know, sorted by path. Each directory is walked once. */
export function seek(machine: Machine, matchers: readonly LeftoverMatcher[]): Leftover[] {
  const found = machine.leftovers(placesOf(machine, matchers));
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where these matchers' leftovers may lie. */
export function placesOf(machine: Machine, matchers: readonly LeftoverMatcher[]): LeftoverPlace[] {
  const around = {
    host: machine.host,
    viewer: machine.viewer,
    variables: machine.variables ?? process.env,
    file: (path: string) => machine.file(path),
  };
  const places = matchers.flatMap((matcher) => matcher.places(around));
  const beside = matchers.flatMap((matcher) => matcher.beside ?? []);
  return [...places, ...places.flatMap((place) => beside.map((more): LeftoverPlace => ({ ...place, ...more })))];
}

/** What has to be read of all processes, because something was found that only that can acquit. */
export function needsOf(
  leftovers: readonly Leftover[],
  matchers: readonly LeftoverMatcher[],
  table: Table,
): Set<Detail> {
  const needs = new Set<Detail>();
  for (const matcher of matchers) {
    if (matcher.needs === undefined) continue;
    const mayBeStale = leftovers.some((leftover) =>
      ["leftover", "unsure"].includes(matcher.judge(leftover, table)?.verdict ?? "")
    );
    if (mayBeStale) { for (const detail of matcher.needs) needs.add(detail); }
  }
  return needs;
}

/** Judges every leftover of a snapshot; of two matchers the one that would keep it stands. */
export function judgeLeftovers(table: Table, matchers: readonly LeftoverMatcher[]): LeftoverFinding[] {
  const findings: LeftoverFinding[] = [];
  for (const leftover of table.snapshot.leftovers ?? []) {
    const found = judgeLeftover(leftover, table, matchers);
    if (found !== undefined) findings.push(found);
  }
  return findings.sort((a, b) => (a.leftover.path < b.leftover.path ? -1 : 1));
}

/** Judges one; undefined when no matcher knows its kind. */
export function judgeLeftover(
  leftover: Leftover,
  table: Table,
  matchers: readonly LeftoverMatcher[],
): LeftoverFinding | undefined {
  let found: LeftoverFinding | undefined;
  for (const matcher of matchers) {
    const judgement = matcher.judge(leftover, table);
    if (judgement === undefined) continue;
    if (found !== undefined && (found.verdict !== "leftover" || judgement.verdict === "leftover")) continue;
    found = findingOf(leftover, matcher, judgement);
  }
  return found;
}

function findingOf(leftover: Leftover, matcher: LeftoverMatcher, judgement: LeftoverJudgement): LeftoverFinding {
  const onlyWhenNamed = matcher.onlyWhenNamed === true;
  return { leftover, matcher: matcher.name, ...(onlyWhenNamed ? { onlyWhenNamed } : {}), ...judgement };
}

/** Why something that was judged stale is not taken away after all. */
export interface Changed {
  readonly outcome: "gone" | "replaced" | "failed";
  readonly because: string;
}

/**
 * Asks everything once more, right before it is taken away: that it is the same, that its judge still says
 * so, that nobody has its owner's pid now.
 *
 * @param tables The one that it was judged by, and the latest: what goes is what goes by both.
 */
export function askAgain(
  { leftover, matcher }: LeftoverFinding,
  tables: readonly Table[],
  machine: Machine,
  matchers: readonly LeftoverMatcher[],
  places: readonly LeftoverPlace[],
): Changed | undefined {
  const now = machine.leftover?.(leftover.path, places);
  if (machine.leftover !== undefined) {
    if (now === undefined) {
      return machine.lacks?.(leftover.path) === false
        ? { outcome: "failed", because: "it could not be looked at again" }
        : { outcome: "gone", because: "it was gone already" };
    }
    if (!isSame(leftover, now)) return { outcome: "replaced", because: "it has changed since it was judged" };
  }
  const judge = matchers.find(({ name }) => name === matcher);
  const read = { ...leftover, ...now };
  for (const table of tables) {
    const judged = judge?.judge(read, table);
    if (judged?.verdict === "leftover") continue;
    return { outcome: "replaced", because: judged?.because ?? "it is of no family that is known" };
  }
  const pid = judge?.owner?.(read);
  if (pid === undefined || tables.at(-1)?.get(pid) !== undefined || machine.exists === undefined) return undefined;
  const isThere = machine.exists(pid);
  if (isThere === false) return undefined;
  return isThere === true
    ? { outcome: "replaced", because: `somebody has the pid of its process again (${pid})` }
    : { outcome: "failed", because: `whether somebody has the pid of its process again (${pid}) could not be told` };
}

function isSame(before: Leftover, now: Leftover): boolean {
  return before.identity === now.identity && before.modifiedAt === now.modifiedAt && before.mode === now.mode &&
    before.uid === now.uid && before.content === now.content && before.target === now.target;
}
