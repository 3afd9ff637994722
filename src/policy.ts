/**
 * What holds unless somebody asks otherwise.
 *
 * @module
 */
import type { Policy } from "./contract.ts";

/** The default policy. */
export const defaultPolicy: Policy = {
  confidence: "likely",
  minAgeMs: 60_000,
  graceMs: 5_000,
  protect: [],
};
