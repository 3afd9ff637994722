/**
 * A host's policy.
 *
 * @module
 */
import type { Policy } from "../contract.ts";
import { ParseError } from "../errors.ts";
import { onlyNames, type Plugins } from "../plugins.ts";
import { defaultPolicy } from "../policy.ts";
import { type Check, type Checks, expectFields, isListOf, isText, SWITCH } from "./given.ts";

const isMs = (value: unknown) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;

const MS: Check = [isMs, "a number of milliseconds, not negative"];

const CHECKS: Checks<Policy> = {
  confidence: [
    (value) => value === "adopted" || value === "likely" || value === "proven",
    "adopted, likely or proven",
  ],
  minAgeMs: MS,
  maxAgeMs: [(value) => isMs(value) && value !== 0, "a number of milliseconds, more than 0; none at all for no limit"],
  confirmMs: MS,
  graceMs: MS,
  only: [isListOf(isText), "a list of matchers' names"],
  reportOnly: [isListOf(isText), "a list of matchers' names"],
  limit: [isCount, "a whole number from 1 on"],
  pids: [isListOf(isCount), "a list of process ids"],
  allUsers: SWITCH,
  hostNamespaces: SWITCH,
  protect: [isListOf(isText), "a list of texts"],
};

/**
 * The default policy with what a host wants otherwise. What is undefined is as if it were left out.
 *
 * @throws {ParseError} That names what is wrong in it.
 */
export function policyWith(wanted: Partial<Policy> | undefined, plugins: Plugins): Policy {
  if (wanted === undefined) return defaultPolicy;
  expectFields<Partial<Policy>>("policy", wanted, CHECKS);
  const known = onlyNames(plugins);
  for (const key of ["only", "reportOnly"] as const) {
    const unknown = wanted[key]?.find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    throw new ParseError(
      `policy.${key}: ${JSON.stringify(unknown)}: there is no such name, known are ${known.join(", ")}`,
    );
  }
  return { ...defaultPolicy, ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) };
}
