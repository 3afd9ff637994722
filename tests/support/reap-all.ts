/**
 * A whole `reap` of a played machine, as it is by default, on a clock of its own.
 *
 * @module
 */
import type { Machine, Policy } from "../../src/contract.ts";
import { run } from "../../src/engine.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Registry } from "../../src/registry/registry.ts";
import { ManualClock } from "./clock.ts";

/** What differs from that. */
interface Otherwise {
  readonly policy?: Policy;
  readonly dryRun?: boolean;
  readonly clock?: ManualClock;
  readonly confirm?: () => Promise<boolean>;
  readonly registry?: Registry;
}

/** Looks, judges, acts. */
export function reapAll(
  machine: Machine,
  { policy = defaultPolicy, dryRun = false, clock = new ManualClock(), confirm, registry }: Otherwise = {},
): ReturnType<typeof run> {
  return run({
    command: "reap",
    machine,
    plugins: builtin(),
    policy,
    scope: "all",
    dryRun,
    clock,
    ...(confirm === undefined ? {} : { confirm }),
    ...(registry === undefined ? {} : { registry }),
  });
}
