/**
 * Does what the plan says: ends the trees, takes the leftovers away.
 *
 * @module
 */
import { endingOf } from "./classify.ts";
import type { Judgement } from "./classify.ts";
import type { Clock } from "./clock.ts";
import type { Action, Detail, Draft, Machine, Policy, Process } from "./contract.ts";
import { execute } from "./execute.ts";
import type { ExecuteOptions, Journal } from "./execute.ts";
import type { Plugins } from "./plugins.ts";
import type { Quarantine } from "./quarantine/keep.ts";
import type { Finding, Plan, Result } from "./report.ts";
import type { Registry } from "./registry/registry.ts";
import { unregister } from "./registry/unregister.ts";
import { Table } from "./table.ts";
import { takeLeftovers } from "./leftovers/take.ts";
import { objectsTo } from "./judge/verdict.ts";

/** What acting takes beside the judgement. */
export interface Act {
  readonly machine: Machine;
  readonly plugins: Plugins;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly registry?: Registry;
  readonly signal?: AbortSignal;
  /** See execute.ts. */
  readonly step?: "ask" | "force";
  readonly deadline?: number;
  readonly progress?: (result: Result) => void;
  /** Told what is about to be done, and what came of it. */
  readonly journal?: Journal;
  /** Takes leftovers in place of removing them. */
  readonly quarantine?: Quarantine;
}

/** Ends these trees and takes these leftovers away; says what became of each. */
export async function act(findings: readonly Finding[], judgement: Judgement, request: Act): Promise<Result[]> {
  const ending = endingOf(findings, request.policy);
  const results: Result[] = [];
  if (ending.length > 0) {
    const options: ExecuteOptions = {
      action: action(request.plugins, "terminate"),
      policy: request.policy,
      clock: request.clock,
      mayTouch: (draft, origin) => mayTouch(draft, origin, ending, judgement, request),
      ...(request.signal === undefined ? {} : { abort: request.signal }),
      ...(request.step === undefined ? {} : { step: request.step }),
      ...(request.deadline === undefined ? {} : { deadline: request.deadline }),
      ...(request.progress === undefined ? {} : { progress: request.progress }),
      ...(request.journal === undefined ? {} : { journal: request.journal }),
    };
    results.push(...(await execute(ending, request.machine, options)));
  }
  if (request.signal?.aborted === true) return results;
  results.push(...await takeLeftovers(judgement.leftovers, { ...request, table: judgement.table }));
  if (request.registry !== undefined) {
    results.push(...await unregister(request.registry, request.plan, judgement.registered, results));
    await request.registry.forgetOver(judgement.table);
  }
  return results;
}

/** A child that a survivor had after the look is of the tree, if the guards that are asked of every member let it be. */
function mayTouch(
  draft: Draft,
  origin: Process,
  ending: readonly Finding[],
  { table, claims }: Judgement,
  { machine, plugins, policy }: Act,
): boolean {
  const guards = plugins.guards.filter((guard) => guard.asks === "every member");
  machine.read(
    [draft],
    new Set<Detail>(guards.flatMap((guard) => guard.needs)),
    new Set(guards.flatMap((guard) => guard.variables ?? [])),
  );
  const finding = ending.find((finding) => finding.members.some((member) => member.pid === origin.pid));
  const root: Process = finding?.root ?? draft;
  const claimed = finding === undefined ? undefined : claims.get(root.pid);
  if (claimed === undefined) return false;
  const processes = [...table.processes.filter((process) => process.pid !== draft.pid), draft];
  const grown = new Table({ ...table.snapshot, processes }, table.acrossNamespaces);
  return objectsTo(draft, root, claimed, {
    ...plugins,
    table: grown,
    policy,
    guards,
    proofs: [],
    claims,
    isOrphan: () => false,
  }) ===
    undefined;
}

function action(plugins: Plugins, name: string): Action {
  const found = plugins.actions.find((action) => action.name === name);
  if (found === undefined) throw new Error(`the action ${name} is missing`);
  return found;
}
