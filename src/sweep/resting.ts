/**
 * How long sweeps may rest after a look: until the first moment at which somebody could become due without
 * anybody new being adopted. Pure.
 *
 * @module
 */
import { adopterKind } from "../vocabulary/adopters.ts";
import type { Judgement } from "../classify.ts";
import type { Matcher, Policy, Process } from "../contract.ts";
import { worthAskingIn } from "../judge/sieve.ts";
import { judges } from "../judges.ts";
import { CONFIRM_MS, dueInMs, type Seen } from "../sightings.ts";
import type { Table } from "../table.ts";
import { LONGEST_REST_MS, placeOf, type Rest } from "../unattended.ts";

/** Somebody's agent that stays, or one whom a look at everybody spares: why may change without anybody being adopted. */
const AGAIN_MS = 60_000;

/** A look, and what is remembered after it. */
export interface Looked {
  /** Epoch milliseconds. */
  readonly takenAt: number;
  readonly awakeMs: number;
  readonly seen: readonly Seen[];
  /** Whom this look would have ended, and one at everybody spared. That one is dear. */
  readonly spared?: ReadonlySet<number>;
  readonly policy: Policy;
  readonly matchers: readonly Matcher[];
  /** The options that change what is found, and the configuration that does, in one word. */
  readonly asked: string;
}

/** Until when to rest; undefined: not at all. */
export function restAfter({ findings, table }: Judgement, looked: Looked): Rest | undefined {
  const { takenAt, awakeMs, seen, spared, policy, matchers, asked } = looked;
  const waiting = spared === undefined ? seen : seen.filter(({ pid }) => !spared.has(pid));
  const dueMs = dueInMs(waiting, awakeMs, { ...policy, confirmMs: CONFIRM_MS });
  let forMs = Math.min(waiting.length < seen.length ? AGAIN_MS : LONGEST_REST_MS, dueMs ?? LONGEST_REST_MS);
  const known = new Set(seen.map(({ pid }) => pid));
  for (const { root, responsible, verdict } of findings) {
    if (responsible.who === "living" || known.has(root.pid)) continue;
    // Too young to be remembered, or more than can be.
    if (verdict === "orphan" || verdict === "stale") return undefined;
    const youngMs = root.startedAt === undefined ? 0 : root.startedAt + policy.minAgeMs - takenAt;
    forMs = Math.min(forMs, youngMs > 0 ? youngMs : AGAIN_MS);
  }
  const adopters = table.processes.filter((process) => adopterKind(process, table) !== undefined);
  if (forMs <= 0 || adopters.length === 0) return undefined;
  const pids = new Set(adopters.map(({ pid }) => pid));
  const adopted = table.processes.filter(({ ppid }) => pids.has(ppid)).map(({ pid }) => pid);
  return {
    place: placeOf(table.host),
    lookedAt: takenAt,
    untilAt: Math.floor(takenAt + forMs),
    asked,
    adopters: [...pids],
    adopted: `,${adopted.join(",")},`,
    byWords: areToldByWords(table, adopters, policy, matchers),
  };
}

/**
 * Whether somebody whom they adopt next is claimed only by words of their own (src/sweep/strangers.ts): no matcher is a
 * person's own, and nobody inherits words of theirs. In WSL whoever is new may itself be one who adopts.
 */
function areToldByWords(
  table: Table,
  adopters: readonly Process[],
  { allUsers }: Policy,
  matchers: readonly Matcher[],
): boolean {
  if (matchers !== judges.matchers || allUsers === true || table.acrossNamespaces || table.host.wsl === true) {
    return false;
  }
  const worthAsking = worthAskingIn(table, matchers);
  return !adopters.some((adopter) => worthAsking(adopter).length > 0);
}
