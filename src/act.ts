/**
 * Does what the plan says: ends the trees, takes the leftovers away.
 *
 * @module
 */
import { endingOf } from "./classify.ts";
import type { Judgement } from "./classify.ts";
import type { Clock } from "./clock.ts";
import type { Action, Detail, Leftover, Machine, Policy, Process } from "./contract.ts";
import { ending as program } from "./ending.ts";
import { execute } from "./execute.ts";
import type { ExecuteOptions, Journal } from "./execute.ts";
import type { Plugins } from "./plugins.ts";
import type { Quarantine } from "./quarantine/keep.ts";
import type { Finding, Plan, Result } from "./report.ts";
import type { Registry } from "./registry/registry.ts";
import { unregister } from "./registry/unregister.ts";
import { lookForUsers } from "./look/disk.ts";
import { lookWith } from "./look/reading.ts";
import { Table } from "./table.ts";
import { takeLeftovers } from "./leftovers/take.ts";

/** What acting takes beside the judgement. What is given as undefined is not given. */
export interface Act {
  readonly machine: Machine;
  readonly plugins: Plugins;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly registry?: Registry | undefined;
  readonly signal?: AbortSignal | undefined;
  /** See execute.ts. */
  readonly step?: "ask" | "force" | undefined;
  readonly deadline?: number | undefined;
  readonly joined?: ((newcomer: Process, origin: Process) => void) | undefined;
  readonly progress?: ((result: Result) => void) | undefined;
  /** Told what is about to be done, and what came of it. */
  readonly journal?: Journal | undefined;
  /** Takes leftovers in place of removing them. */
  readonly quarantine?: Quarantine | undefined;
}

/** Ends these trees and takes these leftovers away; says what became of each. */
export async function act(findings: readonly Finding[], judgement: Judgement, request: Act): Promise<Result[]> {
  await program.settled();
  const { machine, plugins, policy, clock, signal, joined, step, deadline, progress, journal } = request;
  const ending = endingOf(findings, policy);
  const results: Result[] = [];
  if (ending.length > 0) {
    const how = { action: action(plugins, "terminate"), policy, clock, abort: signal, step, deadline };
    const told = { joined, progress, journal };
    results.push(
      ...await execute(ending, machine, { ...how, ...told, ...judgingNewcomers(ending, judgement, request) }),
    );
  }
  if (signal?.aborted === true) return results;
  const { table } = judgement;
  const lookAgain = (leftovers: readonly Leftover[]) =>
    lookForUsers(leftovers, table, lookWith(machine, plugins, policy));
  results.push(...await takeLeftovers(judgement.leftovers, { ...request, table, lookAgain }));
  if (request.registry !== undefined) {
    results.push(...await unregister(request.registry, request.plan, judgement.registered, results));
    await request.registry.forgetOver(judgement.table);
  }
  return results;
}

/** What a dry run says of these trees. */
export async function rehearse(
  ending: readonly Finding[],
  { machine, plugins, policy, clock }: Pick<Act, "machine" | "plugins" | "policy" | "clock">,
): Promise<readonly Result[]> {
  return await execute(ending, machine, { action: action(plugins, "report-only"), policy, clock });
}

/**
 * A child that one of a tree had after the look is judged anew with the tree, by what is known of all others: had it been
 * there, the tree would still be one to end.
 */
function judgingNewcomers(
  ending: readonly Finding[],
  judgement: Judgement,
  { machine, plugins }: Act,
): Required<Pick<ExecuteOptions, "readAll" | "mayTouch">> {
  const guards = plugins.guards.filter((guard) => guard.asks === "every member");
  const details = new Set<Detail>(guards.flatMap((guard) => guard.needs));
  const variables = new Set(guards.flatMap((guard) => guard.variables ?? []));
  let { table } = judgement;
  return {
    readAll: (newcomers) => machine.read(newcomers, details, variables),
    mayTouch(draft, origin) {
      const finding = ending.find(({ members }) => members.some(({ pid }) => pid === origin.pid));
      if (finding === undefined) return false;
      const processes = [...table.processes.filter(({ pid }) => pid !== draft.pid), draft];
      const grown = new Table({ ...table.snapshot, processes }, table.acrossNamespaces);
      const isOfTree = grown.tree(finding.root).includes(draft);
      if (!isOfTree || judgement.again(finding.root, grown) !== finding.verdict) return false;
      // Its own children are judged with it.
      table = grown;
      return true;
    },
  };
}

function action(plugins: Plugins, name: string): Action {
  const found = plugins.actions.find((action) => action.name === name);
  if (found === undefined) throw new Error(`the action ${name} is missing`);
  return found;
}
