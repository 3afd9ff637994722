/**
 * Slots that dead holders left, in the report of a scan or a reap. Nothing is lost with them, so they
 * need no consent; they are released by their locks, whatever else becomes of a run.
 *
 * @module
 */
import type { Backend, Machine, Policy } from "../contract.ts";
import type { Report, Result, SlotFinding } from "../report.ts";
import { findStaleSlots, type PlacedSlot, releaseStaleSlots } from "./stale.ts";

/** What is looked at, and whether it is acted on. */
export interface SlotsOfRun {
  readonly backends: readonly Backend[];
  readonly machine: Machine;
  readonly policy: Pick<Policy, "only" | "pids">;
  readonly acts: boolean;
}

/** The report with its stale slots; released, where it is one of a run that acts. */
export async function withStaleSlots(report: Report, { backends, machine, policy, acts }: SlotsOfRun): Promise<Report> {
  const backend = backends.find(({ name }) => name === machine.backend);
  const isMeant = policy.pids === undefined && (policy.only === undefined || policy.only.includes("leftovers"));
  if (!machine.live || backend === undefined || !isMeant) return report;
  const variables = machine.variables ?? process.env;
  const { slots, problems } = await (acts ? releaseStaleSlots : findStaleSlots)(backend, machine.viewer, variables);
  if (slots.length === 0 && problems.length === 0) return report;
  const found = slots.map(findingOf).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    ...report,
    ...(found.length === 0 ? {} : {
      slots: found,
      plan: { ...report.plan, release: found.map(({ path }) => path) },
    }),
    results: [
      ...report.results,
      ...(acts ? found.map(({ path, because }) => ({ path, outcome: "released" as const, because })) : []),
    ],
    warnings: [...report.warnings, ...problems],
  };
}

/** Releases stale slots; for rounds that tell of nothing else about them. */
export async function releasedSlots(backends: readonly Backend[], machine: Machine): Promise<Result[]> {
  const backend = backends.find(({ name }) => name === machine.backend);
  if (!machine.live || backend === undefined) return [];
  const { slots } = await releaseStaleSlots(backend, machine.viewer, machine.variables ?? process.env);
  return slots.map(({ path, because }) => ({ path, outcome: "released" as const, because }));
}

function findingOf({ path, name, slot, holder, because }: PlacedSlot): SlotFinding {
  return { path, name, slot, ...(holder === undefined ? {} : { pid: holder.pid }), because };
}
