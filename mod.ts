/**
 * agent-reaper finds processes that AI coding agents left behind, says why nobody is responsible for
 * them any more, and ends them safely.
 *
 * ```ts
 * import { scan } from "@agent-reaper/agent-reaper";
 *
 * const report = await scan();
 * console.log(report.plan.terminate);
 * ```
 *
 * @module
 */
import { fair, monotonicClock } from "./src/clock.ts";
import { run } from "./src/engine.ts";
import { LOOK } from "./src/library/fields.ts";
import { expectFields } from "./src/library/given.ts";
import type { ReapOptions, ScanOptions } from "./src/library/options.ts";
import { policyWith } from "./src/library/policy.ts";
import { withSpared } from "./src/library/spared.ts";
import { openMachine } from "./src/machine.ts";
import { builtin } from "./src/plugins.ts";
import { openRegistry } from "./src/registry/open.ts";
import type { Report } from "./src/report.ts";

export type * from "./src/contract.ts";
export type * from "./src/report.ts";
export type { Clock } from "./src/clock.ts";
export type { Claimed } from "./src/judge/claims.ts";
export type { Explanation } from "./src/explain.ts";
export type * from "./src/library/options.ts";
export { createReaper } from "./src/library/reaper.ts";
export type { Tracked } from "./src/library/tracked.ts";
export { MemoryRegistry } from "./src/registry/memory.ts";
export { CannotWorkHere } from "./src/machine.ts";
export { ParseError } from "./src/errors.ts";
export { defaultPolicy } from "./src/policy.ts";

/**
 * Finds what nobody is responsible for any more. Touches nothing.
 *
 * @throws {CannotWorkHere} When no backend works on this machine.
 * @throws {ParseError} When a recorded table cannot be read, or an option or the person's configuration is wrong.
 */
export function scan(options: ScanOptions = {}): Promise<Report> {
  return request("scan", options);
}

/**
 * Finds what {@linkcode scan} finds, and ends it. The report says honestly what became of each.
 *
 * @throws {CannotWorkHere} When no backend works on this machine.
 * @throws {Error} In one line: what hosts have on record cannot be read, so nobody is touched.
 * @throws {ParseError} When an option or the person's configuration is wrong.
 */
export function reap(options: ReapOptions = {}): Promise<Report> {
  return request("reap", options);
}

async function request(command: "scan" | "reap", options: ReapOptions): Promise<Report> {
  expectFields(command, options, LOOK);
  const plugins = builtin();
  const policy = policyWith(options.policy, plugins);
  const { backend, snapshot, confirm, signal } = options;
  const machine = openMachine(plugins, { backend, snapshot });
  let record: Awaited<ReturnType<typeof openRegistry>>;
  try {
    const acts = command === "reap" && options.dryRun !== true;
    if (machine.live) record = await openRegistry(machine.viewer, acts ? "stops" : "warns");
    return await run({
      command,
      machine,
      ...await withSpared({ plugins, policy }, machine),
      scope: options.scope ?? "all",
      dryRun: options.dryRun ?? false,
      clock: fair(monotonicClock),
      registry: record?.registry,
      confirm,
      signal,
    });
  } finally {
    record?.close();
    machine.close();
  }
}
