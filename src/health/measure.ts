/**
 * How a machine is doing, read and judged.
 *
 * @module
 */
import type { Machine, Vitals } from "../contract.ts";
import { assess, type Health } from "./assess.ts";
import type { Thresholds } from "./thresholds.ts";

/** Reads and judges. */
export function measure(machine: Machine, limits: Thresholds): { readonly health: Health; readonly vitals: Vitals } {
  const processes = machine.list("all");
  const vitals = machine.vitals?.() ?? { unread: { vitals: `the backend ${machine.backend} does not tell it` } };
  return { health: assess(vitals, processes, limits), vitals };
}
