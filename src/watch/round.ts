/**
 * One round: look at everything, judge, and the next step with each orphan. It waits for nobody: who is
 * asked to end is looked at again when its grace is over, is judged again in full, and only then ended
 * by force. So there is no moment in which to end ourselves would leave something half done.
 *
 * @module
 */
import { act, rehearse } from "../act.ts";
import { classify, endingOf } from "../classify.ts";
import type { Judgement } from "../classify.ts";
import type { Clock } from "../clock.ts";
import type { Machine, Policy, Process } from "../contract.ts";
import { isOverLimit, survey } from "../engine.ts";
import type { Survey } from "../engine.ts";
import type { Journal } from "../execute.ts";
import type { Plugins } from "../plugins.ts";
import type { Registry } from "../registry/registry.ts";
import type { Finding, Result } from "../report.ts";
import { carriedOver, dueInMs, sighted, sightingsAt, stepOf } from "../sightings.ts";
import type { Seen, Sightings } from "../sightings.ts";
import { releasedSlots } from "../slots/report.ts";
import { takeSteps } from "../steps.ts";
import type { Refusals } from "./refusals.ts";
import type { Respawns } from "./respawns.ts";

/** What a round works with. */
export interface RoundRequest {
  readonly machine: Machine;
  readonly plugins: Plugins;
  /** With `confirmMs`, unless the first sight is enough. */
  readonly policy: Policy;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly respawns: Respawns;
  readonly refusals: Refusals;
  /** What hosts have registered. */
  readonly registry?: Registry;
  /** What the last round remembered. */
  readonly sightings: Sightings | undefined;
  /** Told what is remembered, before and after each step. */
  readonly remember: (sightings: Sightings) => void;
  readonly signal?: AbortSignal;
  /** Tells what it would do, and does nothing. */
  readonly dryRun: boolean;
}

/** What a round found and did. */
export interface Round {
  readonly seen: number;
  readonly findings: readonly Finding[];
  readonly orphans: readonly Finding[];
  readonly results: readonly Result[];
  /** Trees that were gone at this time, with the reason why they are left alone all the same. */
  readonly spared: readonly { readonly finding: Finding; readonly because: string }[];
  /** What earlier rounds were told of trees that are not tried again yet. */
  readonly standing: readonly Result[];
  /** There were more than `--limit` allows. */
  readonly overLimit: boolean;
  /** When somebody's grace is over, from now; undefined: nobody was asked. */
  readonly dueMs?: number;
}

/** Runs one. */
export async function round(request: RoundRequest): Promise<Round> {
  const { machine, plugins, policy, respawns, refusals } = request;
  const looked = await look(request);
  const { awakeMs, orphans, first: { snapshot, judgement } } = looked;
  const found = { seen: snapshot.processes.length, findings: judgement.findings, orphans };
  if (isOverLimit(orphans, policy)) {
    return { ...found, results: [], spared: [], standing: refusals.standing(orphans), overLimit: true };
  }

  const spared = orphans.flatMap((finding) => {
    const because = respawns.spares(finding.root);
    return because === undefined ? [] : [{ finding, because }];
  });
  const { remove, unregister } = judgement.plan;
  const results: Result[] = [];
  if (orphans.length > 0 || remove.length > 0 || unregister.length > 0) {
    const again = judgeAgain(request, looked, spared.map(({ finding }) => finding.root));
    if (request.dryRun) {
      const results = await rehearsed(request, looked, again);
      return { ...found, results, spared, standing: [], overLimit: false };
    }
    results.push(...await carryOut(request, looked, again));
  }
  if (!request.dryRun && request.signal?.aborted !== true) {
    results.push(...await releasedSlots(plugins.backends, machine));
  }
  refusals.settle(orphans, results, awakeMs);
  const dueMs = dueInMs(awaited(looked.seen, orphans, (root) => refusals.isTooSoon(root, awakeMs)), awakeMs, policy);
  return {
    ...found,
    results,
    spared,
    standing: refusals.standing(orphans),
    overLimit: false,
    ...(dueMs === undefined ? {} : { dueMs }),
  };
}

/** The look of a round, and what is remembered of it. */
interface Looked {
  readonly first: Survey;
  readonly takenAt: number;
  readonly awakeMs: number;
  readonly orphans: readonly Finding[];
  seen: readonly Seen[];
  /** Notes how far we went with them. */
  readonly remember: (seen: readonly Seen[]) => void;
}

async function look(request: RoundRequest): Promise<Looked> {
  const { machine, plugins, policy, registry } = request;
  const { confirmMs: _later, ...atFirstSight } = policy;
  const { bootId, pidNamespace } = machine.host;
  const uptime = machine.uptime?.() ?? { awakeMs: performance.timeOrigin + performance.now(), asleepMs: 0 };
  const { awakeMs, asleepMs } = uptime;
  const before = carriedOver(request.sightings, { ...uptime, bootId, pidNamespace });
  const first = survey({
    machine,
    plugins,
    policy: atFirstSight,
    scope: "all",
    registered: await registry?.entries(),
    sightings: sightingsAt(before, machine.now(), awakeMs),
  });
  const takenAt = machine.now();
  const orphans = endingOf(first.judgement.findings, atFirstSight);
  const looked: Looked = {
    ...{ first, takenAt, awakeMs, orphans },
    seen: sighted(before, orphans, first.judgement.table, takenAt, awakeMs),
    remember(seen) {
      looked.seen = seen;
      request.remember({ bootId, pidNamespace, asleepMs, seen });
    },
  };
  looked.remember(looked.seen);
  return looked;
}

/** A judgement, and of the trees that it ends those that are not left alone. */
interface Again {
  readonly judgement: Judgement;
  readonly ending: readonly Finding[];
}

/** With what was seen before: what is carried out is a plan that can be replayed. */
function judgeAgain(request: RoundRequest, looked: Looked, spared: readonly Process[]): Again {
  const { plugins, policy, refusals } = request;
  const { first, takenAt, awakeMs, orphans, seen } = looked;
  const sightings = sightingsAt(seen, takenAt, awakeMs);
  const judgement = classify({ ...first.snapshot, sightings }, plugins, policy);
  const left = new Set(spared.map(({ pid }) => pid));
  for (const { root } of orphans) if (refusals.isTooSoon(root, awakeMs)) left.add(root.pid);
  return { judgement, ending: endingOf(judgement.findings, policy).filter(({ root }) => !left.has(root.pid)) };
}

/** The next step with each, then what lies on disk, and who is on record and gone. */
async function carryOut(request: RoundRequest, looked: Looked, { judgement, ending }: Again): Promise<Result[]> {
  const { registry: _, ...common } = request;
  const { policy, respawns } = request;
  const { seen, awakeMs, remember } = looked;
  const { remove, unregister } = looked.first.judgement.plan;
  const asking = ending.filter(({ root }) => stepOf(root, seen, awakeMs, policy) === "ask");
  const results = [...await takeSteps(ending, judgement, { ...common, seen, awakeMs, remember })];
  for (const { root } of asking) respawns.ended(root, Date.now());
  if (request.signal?.aborted !== true) {
    results.push(...await act([], judgement, { ...request, plan: { terminate: [], remove, unregister } }));
  }
  return results;
}

/** The same, without doing it. */
async function rehearsed(request: RoundRequest, looked: Looked, { ending }: Again): Promise<readonly Result[]> {
  const { first, seen, awakeMs } = looked;
  const due = ending.filter(({ root }) => stepOf(root, seen, awakeMs, request.policy) !== "wait");
  const leaving = first.judgement.plan.remove.map((path): Result => ({ path, outcome: "planned" }));
  return [...await rehearse(due, request), ...leaving];
}

/** Those asked whose grace somebody waits for: members are ended with their root, and a root that refuses is left alone. */
function awaited(
  seen: readonly Seen[],
  orphans: readonly Finding[],
  isLeft: (root: Process) => boolean,
): readonly Seen[] {
  const others = orphans.flatMap(({ root, members }) => members.filter((one) => one !== root || isLeft(root)));
  const left = new Set(others.map(({ pid, startToken }) => `${pid} ${startToken}`));
  return seen.filter(({ pid, startToken, askedMs }) => askedMs !== undefined && !left.has(`${pid} ${startToken}`));
}
