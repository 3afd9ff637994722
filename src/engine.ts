/**
 * The whole of it: snapshot, classify, act, report.
 *
 * @module
 */
import { classify, endingOf, pidsOf } from "./classify.ts";
import type { Judgement } from "./classify.ts";
import type { Policy } from "./contract.ts";
import { type Look, look } from "./look.ts";
import { sameProcess } from "./process.ts";
import { SCHEMA_VERSION } from "./report.ts";
import type { Finding, Plan, Report, Result } from "./report.ts";
import type { Judges } from "./judges.ts";
import type { Request } from "./request.ts";
import type { Snapshot } from "./snapshot.ts";
import { version } from "./version.ts";
import { warningsOf } from "./warnings.ts";

export type { Request } from "./request.ts";

/** One look, judged. */
export interface Survey {
  readonly snapshot: Snapshot;
  readonly judgement: Judgement;
}

/** What a survey takes. */
export type SurveyRequest =
  & Pick<Request, "machine" | "policy" | "scope">
  & { readonly plugins: Judges }
  & Pick<Look, "registered" | "activeSessions" | "sightings">;

/** Looks and judges; touches nothing. */
export function survey(request: SurveyRequest): Survey {
  const { machine, plugins, policy, scope, registered, activeSessions, sightings } = request;
  const { pids } = policy;
  const snapshot = look(machine, plugins, policy, { scope, pids, registered, activeSessions, sightings });
  return { snapshot, judgement: classify(snapshot, plugins, policy) };
}

/** Runs the sequence, and of what may act tells how long it took: a person who was asked takes their own time. */
export async function run(request: Request): Promise<Report> {
  if (request.command === "scan") return await sequence(request);
  const { clock, confirm } = request;
  let began = clock.now();
  const asked = async (plan: Report): Promise<boolean> => {
    const before = clock.now();
    const yes = await confirm?.(plan);
    began += clock.now() - before;
    return yes === true;
  };
  const done = await sequence(confirm === undefined ? request : { ...request, confirm: asked });
  return { ...done, elapsedMs: Math.round(clock.now() - began) };
}

/** A dry run and a real run make the same plan. */
async function sequence(request: Request): Promise<Report> {
  const seen = await surveyAll(request);
  const plan = report(request, seen, []);
  if (request.command === "scan") return plan;
  const ending = endingOf(seen.judgement.findings, request.policy);
  if (isNothing(plan) || isOverLimit(ending, request.policy)) return plan;
  // What a scan never does it does not load.
  if (request.dryRun) {
    const { rehearse } = await import("./act.ts");
    return report(request, seen, await rehearse(ending, request));
  }
  const { act } = await import("./act.ts");
  if (plan.plan.terminate.length === 0 && (request.confirm === undefined || touchesNobody(plan))) {
    return report(request, seen, await act(seen.judgement.findings, seen.judgement, { ...request, plan: plan.plan }));
  }

  if (request.confirm !== undefined && !(await request.confirm(plan))) return plan;
  // A person took their time to answer. And one look is no instant: whoever hands on the end of a pipe during it can be
  // missed, with those who get it. What is ended is what both looks would end, the second one of everybody.
  const again = await surveyAll({ ...request, scope: "all" });
  const still = again.judgement.findings.filter((finding) => wasIn(ending, finding));
  const shown = new Set(plan.plan.remove);
  const carried: Plan = {
    ...plan.plan,
    terminate: pidsOf(endingOf(still, request.policy)),
    remove: again.judgement.plan.remove.filter((path) => shown.has(path)),
  };
  const judgement = { ...again.judgement, plan: carried };
  return report(request, { ...again, judgement }, await act(still, judgement, { ...request, plan: carried }));
}

/** The registry first: what is put on record while we look must not seem to have ended. */
async function surveyAll(request: Request): Promise<Survey> {
  const registered = await request.registry?.entries();
  return survey({ ...request, registered, activeSessions: await request.activeSessions?.() });
}

function isNothing(report: Report): boolean {
  return touchesNobody(report) && report.plan.unregister.length === 0;
}

/** What is only taken off a record needs no consent. */
function touchesNobody({ plan }: Report): boolean {
  return plan.terminate.length === 0 && plan.remove.length === 0;
}

function wasIn(before: readonly Finding[], finding: Finding): boolean {
  return before.some((other) => sameProcess(other.root, finding.root) === "same");
}

/** `--limit` is a brake: more trees than that and nothing is touched at all. */
export function isOverLimit(ending: readonly Finding[], policy: Policy): boolean {
  return policy.limit !== undefined && ending.length > policy.limit;
}

function report(request: Request, { snapshot, judgement }: Survey, results: readonly Result[]): Report {
  const { machine, policy } = request;
  return {
    schemaVersion: SCHEMA_VERSION,
    version,
    command: request.command,
    dryRun: request.dryRun,
    capturedAt: snapshot.capturedAt,
    backend: machine.backend,
    host: snapshot.host,
    viewer: snapshot.viewer,
    policy,
    seen: snapshot.processes.length,
    findings: judgement.findings,
    leftovers: judgement.leftovers,
    registered: judgement.registered,
    plan: judgement.plan,
    results,
    limits: machine.limits(),
    warnings: [...request.registry?.warnings ?? [], ...warningsOf(judgement, policy)],
  };
}
