/**
 * How a machine is doing, read and judged.
 *
 * @module
 */
import type { Settings } from "../config.ts";
import type { Machine, Policy, Vitals } from "../contract.ts";
import type { Result } from "../report.ts";
import { assess, type Health } from "./assess.ts";
import { type HealthSample, healthSample, type Pace } from "./sample.ts";
import { type Thresholds, thresholds } from "./thresholds.ts";

/** What was read of a machine, and how it does. */
export interface Measurement {
  readonly health: Health;
  readonly vitals: Vitals;
}

/** By which a machine is judged, as its person says. Read before anybody is touched: what is wrong there stops the run. */
export function limitsHere({ health }: Settings): Thresholds {
  return thresholds(health ?? {}, process.env);
}

/** The row that a run leaves, and what it was made of. */
export function sampleNow(
  machine: Machine,
  limits: Thresholds,
  results: readonly Result[],
  { maxAgeMs }: Pick<Policy, "maxAgeMs">,
  pace: Pace,
): { readonly measured: Measurement; readonly sample: HealthSample } {
  const measured = measure(machine, limits);
  return { measured, sample: healthSample(measured, limits, results, maxAgeMs, pace) };
}

/** The row alone, for whoever has acted and has that to tell: where a machine tells nothing any more there is none. */
export function sampleAfter(...how: Parameters<typeof sampleNow>): HealthSample | undefined {
  try {
    return sampleNow(...how).sample;
  } catch {
    return undefined;
  }
}

/** Reads and judges. */
export function measure(machine: Machine, limits: Thresholds): Measurement {
  const processes = machine.list("all");
  const vitals = machine.vitals?.() ?? { unread: { vitals: `the backend ${machine.backend} does not tell it` } };
  return { health: assess(vitals, processes, limits), vitals };
}
