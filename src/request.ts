/**
 * What the engine is asked for.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import type { Awaitable, Machine, Policy, Scope } from "./contract.ts";
import type { Journal } from "./execute.ts";
import type { Plugins } from "./plugins.ts";
import type { Quarantine } from "./quarantine/keep.ts";
import type { Registry } from "./registry/registry.ts";
import type { Report, Result } from "./report.ts";

/** What somebody wants to have done. What is given as undefined is not given. */
export interface Request {
  readonly command: "scan" | "reap";
  readonly machine: Machine;
  readonly plugins: Plugins;
  readonly policy: Policy;
  readonly scope: Scope;
  readonly dryRun: boolean;
  readonly clock: Clock;
  /** Asked with the report of what would be done; false and nothing is. */
  readonly confirm?: ((report: Report) => Promise<boolean>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What hosts have registered. */
  readonly registry?: Registry | undefined;
  /** The sessions that are active, where the viewer is a host that knows. Asked when the registry was read. */
  readonly activeSessions?: (() => Awaitable<readonly string[]>) | undefined;
  /** Told of each subject as it is settled. */
  readonly progress?: ((result: Result) => void) | undefined;
  /** Told what is about to be done, and what came of it. */
  readonly journal?: Journal | undefined;
  /** Takes leftovers in place of removing them. */
  readonly quarantine?: Quarantine | undefined;
}
