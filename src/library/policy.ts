/**
 * A host's policy: who writes JavaScript has nobody who checks its types, and what is wrong in it must not end more.
 *
 * @module
 */
import type { Policy } from "../contract.ts";
import { ParseError, standing } from "../errors.ts";
import { onlyNames, type Plugins } from "../plugins.ts";
import { defaultPolicy } from "../policy.ts";

type Check = readonly [isRight: (value: unknown) => boolean, expected: string];

const isMs = (value: unknown) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
const isSwitch = (value: unknown) => typeof value === "boolean";
const isListOf = (isOne: (one: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(isOne);
const isText = (one: unknown) => typeof one === "string" && one.trim() !== "";

const MS: Check = [isMs, "a number of milliseconds, not negative"];
const SWITCH: Check = [isSwitch, "true or false"];

const CHECKS: Readonly<Record<keyof Policy, Check>> = {
  confidence: [
    (value) => value === "adopted" || value === "likely" || value === "proven",
    "adopted, likely or proven",
  ],
  minAgeMs: MS,
  maxAgeMs: MS,
  confirmMs: MS,
  graceMs: MS,
  only: [isListOf(isText), "a list of matchers' names"],
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
  const given = Object.entries(wanted ?? {}).filter(([, value]) => value !== undefined);
  for (const [key, value] of given) {
    if (!Object.hasOwn(CHECKS, key)) {
      throw new ParseError(`policy.${key}: there is no such field, known are ${Object.keys(CHECKS).join(", ")}`);
    }
    const [isRight, expected] = CHECKS[key as keyof Policy];
    if (!isRight(value)) throw new ParseError(`${standing(`policy.${key}`, value)}: expected ${expected}`);
  }
  const known = onlyNames(plugins);
  const unknown = wanted?.only?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ParseError(
      `policy.only: ${JSON.stringify(unknown)}: there is no such name, known are ${known.join(", ")}`,
    );
  }
  return { ...defaultPolicy, ...Object.fromEntries(given) };
}
