/**
 * A whole `reap` of a played machine, as it is by default, on a clock of its own.
 *
 * @module
 */
import type { Machine } from "../../src/contract.ts";
import { run } from "../../src/engine.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { ManualClock } from "./clock.ts";

/** Looks, judges, acts. */
export function reapAll(machine: Machine): ReturnType<typeof run> {
  return run({
    command: "reap",
    machine,
    plugins: builtin(),
    policy: defaultPolicy,
    scope: "all",
    dryRun: false,
    clock: new ManualClock(),
  });
}
