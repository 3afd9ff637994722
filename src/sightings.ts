/**
 * Who was seen as an orphan before, and how far we went with them: what unattended looks remember of
 * each other. Pure.
 *
 * Time is counted while the machine is awake (see Uptime), so setting the clock ages nobody. A sighting
 * holds within one boot and one waking: after a suspend everything is seen for the first time again.
 *
 * @module
 */
import type { AskedTree, Process, Sighting, Uptime } from "./contract.ts";
import type { Finding, Result } from "./report.ts";
import type { Table } from "./table.ts";

/** One process that was an orphan at the last look. */
export interface Seen {
  readonly pid: number;
  readonly startToken: string;
  /** What it ran: exec(2) keeps pid and start, and what was judged is not what runs then. */
  readonly program: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** When it was asked to end. */
  readonly askedMs?: number;
  /** It was asked with a tree that it was no root of. */
  readonly askedWith?: AskedTree;
}

/** All that is remembered of one boot. */
export interface Sightings {
  readonly bootId: string;
  /** Linux: containers that share a home share the memory in it, and no pid. */
  readonly pidNamespace?: string | undefined;
  readonly asleepMs: number;
  readonly seen: readonly Seen[];
}

/** The moment of a look. */
export interface Moment extends Uptime, Pick<Sightings, "bootId" | "pidNamespace"> {}

/** What a look does with an orphan. */
export type Step = "wait" | "ask" | "force";

/** Looks are this far apart before anything is done. */
export const CONFIRM_MS = 10_000;
/** Two readings of two clocks; anything more and the machine has slept. */
const SLEPT_MS = 1_000;
/** Two that share a number and a tick of the clock cannot be told apart (see sameProcess): too young to be remembered. */
const NEWBORN_MS = 100;
/** So long a member that was asked with its tree may be seen as nobody's, with its parents on their way out. */
const BETWEEN_PARENTS_MS = 10_000;
/** When to look at it again. */
const AGAIN_MS = 1_000;
/** More are not remembered; they are seen again when these are gone. */
export const MOST_SEEN = 1_000;

/**
 * What holds now of what was remembered: nothing elsewhere, after a reboot, a suspend, or a clock that went back. Who keeps
 * several places has chosen this one (sweep/places.ts); who keeps one alone has asked nobody.
 */
export function carriedOver(before: Sightings | undefined, now: Moment): readonly Seen[] {
  if (before === undefined || before.bootId !== now.bootId || before.pidNamespace !== now.pidNamespace) return [];
  if (Math.abs(now.asleepMs - before.asleepMs) > SLEPT_MS) return [];
  return before.seen.filter(({ firstMs, lastMs, askedMs }) =>
    firstMs <= lastMs && lastMs <= now.awakeMs && (askedMs === undefined || (firstMs <= askedMs && askedMs <= lastMs))
  );
}

/**
 * What is remembered after a look found these orphans. Whoever is none any more is forgotten; whoever
 * runs another program since counts anew. Of trees that were asked to end each member is remembered:
 * when the root goes and they stay, they are roots themselves (src/vocabulary/survivors.ts). A look is no
 * instant: one that is taken while the root goes shows them below a zombie, or below nobody.
 */
export function sighted(
  before: readonly Seen[],
  orphans: readonly Finding[],
  table: Pick<Table, "isAbsent">,
  takenAt: number,
  awakeMs: number,
): Seen[] {
  const known = new Map(before.map((one) => [identity(one), one]));
  const seen: Seen[] = [];
  for (const { root, members } of orphans) {
    for (const member of members) {
      const { pid, startToken, startedAt } = member;
      if (startToken === undefined || startedAt === undefined || takenAt - startedAt < NEWBORN_MS) continue;
      const program = programOf(member);
      const earlier = known.get(identity({ pid, startToken }));
      const same = earlier?.program === program ? earlier : undefined;
      if (member !== root && same?.askedMs === undefined) continue;
      seen.push({ firstMs: awakeMs, ...same, pid, startToken, program, lastMs: awakeMs });
    }
  }
  const found = new Set(seen.map(identity));
  for (const one of before) {
    if (one.askedWith === undefined || awakeMs - one.lastMs > BETWEEN_PARENTS_MS || found.has(identity(one))) continue;
    if (table.isAbsent(one.pid) !== true) seen.push(one);
  }
  return asManyAsCan(seen);
}

/**
 * Of too many those of the largest trees are left out: one that forks for as long as it is asked to end must not make us
 * forget who was asked with another, and stays.
 */
function asManyAsCan(seen: Seen[]): Seen[] {
  if (seen.length <= MOST_SEEN) return seen;
  const sizes = new Map<number, number>();
  for (const { askedWith } of seen) {
    if (askedWith !== undefined) sizes.set(askedWith.root, 1 + (sizes.get(askedWith.root) ?? 0));
  }
  const sizeOf = ({ askedWith }: Seen) => askedWith === undefined ? 0 : sizes.get(askedWith.root) as number;
  return seen.toSorted((a, b) => sizeOf(a) - sizeOf(b)).slice(0, MOST_SEEN);
}

/** How it goes on with a root. */
export function stepOf(root: Process, seen: readonly Seen[], awakeMs: number, policy: StepPolicy): Step {
  const one = seen.find(({ pid, startToken }) => pid === root.pid && startToken === root.startToken);
  // Since it was remembered in this very look.
  if (one !== undefined && one.program !== programOf(root)) return "wait";
  if (one?.askedMs !== undefined) return awakeMs - one.askedMs >= policy.graceMs ? "force" : "wait";
  if (policy.confirmMs === undefined) return "ask";
  return one !== undefined && awakeMs - one.firstMs >= policy.confirmMs ? "ask" : "wait";
}

/** What decides how it goes on. */
export interface StepPolicy {
  readonly graceMs: number;
  readonly confirmMs?: number;
}

/** What is remembered of those that were asked, or were to be: who could not be held is seen anew. */
export function asked(
  seen: readonly Seen[],
  trees: readonly Finding[],
  results: readonly Result[],
  awakeMs: number,
): Seen[] {
  const outcomes = new Map(results.map(({ pid, outcome }) => [pid, outcome]));
  const touched = new Map<string, Seen>();
  const seenBefore = ({ pid, startToken }: Process) =>
    seen.find((one) => one.pid === pid && one.startToken === startToken);
  for (const { root, members, matcher, claim: { family } } of trees) {
    // An orphan with its tree since then: it need not be seen twice again by itself.
    const sinceMs = seenBefore(root)?.firstMs ?? awakeMs;
    for (const member of members) {
      const { pid, startToken } = member;
      if (startToken === undefined) continue;
      const outcome = outcomes.get(pid);
      if (outcome !== "asked" && outcome !== "survived") continue;
      const earlier = seenBefore(member);
      const askedWith = pid === root.pid ? earlier?.askedWith : { root: root.pid, matcher, family };
      touched.set(identity({ pid, startToken }), {
        firstMs: earlier?.firstMs ?? sinceMs,
        pid,
        startToken,
        program: programOf(member),
        lastMs: awakeMs,
        askedMs: awakeMs,
        ...(askedWith === undefined ? {} : { askedWith }),
      });
    }
  }
  const others = seen.filter((one) => !touched.has(identity(one)) && !outcomes.has(one.pid));
  return asManyAsCan([...others, ...touched.values()]);
}

/** One that was asked with a tree, and was born after the look; and the member that it descends from. */
export type Joined = readonly [newcomer: Process, origin: Process];

/** The trees with those who joined them. */
export function grownBy(joined: readonly Joined[], trees: readonly Finding[]): readonly Finding[] {
  if (joined.length === 0) return trees;
  return trees.map((tree) => {
    const newcomers = joined.filter(([, origin]) => tree.members.includes(origin)).map(([newcomer]) => newcomer);
    return { ...tree, members: [...tree.members, ...newcomers] };
  });
}

/** The same for the snapshot, on its own clock. */
export function sightingsAt(seen: readonly Seen[], takenAt: number, awakeMs: number): Sighting[] {
  return seen.map(({ pid, startToken, firstMs, askedWith }) => ({
    pid,
    startToken,
    firstSeenAt: takenAt - (awakeMs - firstMs),
    ...(askedWith === undefined ? {} : { askedWith }),
  }));
}

/** When the next of these is due, in milliseconds from now; undefined when none is remembered. */
export function dueInMs(seen: readonly Seen[], awakeMs: number, policy: StepPolicy): number | undefined {
  if (seen.length === 0) return undefined;
  const dues = seen.map(({ firstMs, lastMs, askedMs }) => {
    const at = askedMs === undefined ? firstMs + (policy.confirmMs ?? 0) : askedMs + policy.graceMs;
    return lastMs < awakeMs ? Math.max(at, awakeMs + AGAIN_MS) : at;
  });
  return Math.max(0, Math.min(...dues) - awakeMs);
}

function identity({ pid, startToken }: Pick<Seen, "pid" | "startToken">): string {
  return `${pid} ${startToken}`;
}

/** The executable where it can be read, else the name, which exec(2) sets as well. A hash: what it is called is hostile. */
export function programOf({ exe, name }: Process): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(typeof exe === "string" ? exe : `\0${name ?? ""}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
