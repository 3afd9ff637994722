/**
 * Ends one process of the host's by force, with all below it: for one that had its time to end by itself.
 *
 * @module
 */
import { act } from "../act.ts";
import type { Clock } from "../clock.ts";
import type { Action, Machine, Policy } from "../contract.ts";
import { look } from "../look.ts";
import type { Plugins } from "../plugins.ts";
import { judgeEnding, pluginsForEnding } from "../registry/ending.ts";
import { type Entry, keyOf } from "../registry/entry.ts";
import type { Registry } from "../registry/registry.ts";
import { Table } from "../table.ts";
import type { Exit } from "./options.ts";

/** What it takes to end a process. */
export interface Force {
  readonly machine: Machine;
  readonly plugins: Plugins;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly registry: Registry;
}

/** Nobody is asked any more. */
const FORCE: Action = {
  name: "terminate",
  summary: "Ends by force",
  subject: "processes",
  signals: { ask: [], force: "KILL" },
};

/** Ends what an entry stands for, and takes it off the record. */
export async function endByForce(entry: Entry, { machine, policy, clock, registry, ...given }: Force): Promise<Exit> {
  const { pid } = entry;
  const registered = await registry.entries();
  const snapshot = look(machine, given.plugins, policy, {
    scope: "all",
    registered: [...registered, entry],
    pids: [pid],
  });
  const table = new Table(snapshot);
  const standing = table.standings.findLast((one) => keyOf(one.entry) === keyOf(entry));
  const root = standing?.process;
  if (standing === undefined || root === undefined) {
    const isOver = standing?.state === "dead" || standing?.state === "replaced";
    if (isOver) await registry.unregister(entry);
    return { pid, outcome: isOver ? "gone" : "denied", because: standing?.because ?? "it is not on record" };
  }
  const plugins = { ...pluginsForEnding(given.plugins), actions: [FORCE] };
  const view = {
    ...(entry.session === undefined ? {} : { id: entry.session }),
    standing: { state: "over", because: "its time to end by itself is over" },
    trees: [{ root, members: table.tree(root) }],
    entries: [standing],
  } as const;
  const judgement = judgeEnding(view, table, plugins, policy);
  const [finding] = judgement.findings;
  if (finding?.verdict !== "orphan") return { pid, outcome: "denied", because: finding?.because ?? "it is not there" };
  const plan = { ...judgement.plan, unregister: [] };
  const graceless = { ...policy, graceMs: 0 };
  const results = await act([finding], judgement, { machine, plugins, policy: graceless, clock, plan, registry });
  const result = results.find((one) => one.pid === pid);
  return { pid, outcome: result?.outcome ?? "failed", because: result?.because ?? "nothing is known of its end" };
}
