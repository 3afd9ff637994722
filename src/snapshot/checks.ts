/**
 * Checks of a value that came out of JSON. A check answers nothing when all is well and costs nothing
 * then; the way to the fault is put together only once there is one.
 *
 * @module
 */

/** Where a value is not what it should be. */
export interface Fault {
  /** The way from the value that was checked: `.processes[3].pid`, or nothing. */
  readonly at: string;
  readonly expected: string;
  readonly found: string;
}

/** Answers what is wrong with a value, or nothing. */
export type Check = (value: unknown) => Fault | undefined;

/** A check by yes or no. */
export function that(expected: string, holds: (value: unknown) => boolean): Check {
  return (value) => holds(value) ? undefined : { at: "", expected, found: shown(value) };
}

/** A string, the empty one too: a kernel name may be empty. */
export const text: Check = that("a string", (value) => typeof value === "string");

/** A string with something in it. */
export const nonEmpty: Check = that("a string that is not empty", (value) => typeof value === "string" && value !== "");

/** True or false. */
export const flag: Check = that("true or false", (value) => typeof value === "boolean");

/** A number of seconds and the like. */
export const quantity: Check = that(
  "a number from 0 up",
  (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
);

/** An integer within bounds that a double can hold exactly. */
export function integer(from: number = Number.MIN_SAFE_INTEGER, to: number = Number.MAX_SAFE_INTEGER): Check {
  return (value) => {
    if (!Number.isSafeInteger(value)) return { at: "", expected: "an integer", found: shown(value) };
    const number = value as number;
    if (number >= from && number <= to) return undefined;
    const bounds = to === Number.MAX_SAFE_INTEGER ? `from ${from} up` : `from ${from} to ${to}`;
    return { at: "", expected: `an integer ${bounds}`, found: shown(value) };
  };
}

/** One of a few words. */
export function word(...words: readonly string[]): Check {
  const known = new Set<unknown>(words);
  return that(`one of ${words.join(", ")}`, (value) => known.has(value));
}

/** What may be known to be none. */
export function orNull(check: Check): Check {
  return (value) => value === null ? undefined : check(value);
}

/** A list of such. */
export function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { at: "", expected: "a list", found: shown(value) };
    for (let at = 0; at < value.length; at++) {
      const fault = check(value[at]);
      if (fault !== undefined) return { ...fault, at: `[${at}]${fault.at}` };
    }
    return undefined;
  };
}

/** A list of objects of which no two agree in `key`. */
export function unique(key: string, check: Check): Check {
  const all = list(check);
  return (value) => {
    const fault = all(value);
    if (fault !== undefined) return fault;
    const seen = new Set<unknown>();
    const items = value as readonly Readonly<Record<string, unknown>>[];
    for (let at = 0; at < items.length; at++) {
      const one = items[at]?.[key];
      if (seen.has(one)) return { at: `[${at}].${key}`, expected: "each only once", found: `${shown(one)} again` };
      seen.add(one);
    }
    return undefined;
  };
}

/** An object with keys of any name. */
export function record(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return { at: "", expected: "an object", found: shown(value) };
    for (const key of Object.keys(value)) {
      const fault = check(value[key]);
      if (fault !== undefined) return { ...fault, at: `[${shown(key)}]${fault.at}` };
    }
    return undefined;
  };
}

/** An object of known keys. Others are passed over: a newer version may have written them. */
export function shape(required: readonly string[], checks: Readonly<Record<string, Check>>): Check {
  const known = new Map(Object.entries(checks));
  return (value) => {
    if (!isObject(value)) return { at: "", expected: "an object", found: shown(value) };
    // deno-lint-ignore guard-for-in -- what JSON holds has no other keys, and a list of them for each costs as much as checking them
    for (const key in value) {
      const fault = known.get(key)?.(value[key]);
      if (fault === undefined) continue;
      const isNone = value[key] === null && !required.includes(key);
      const found = isNone ? "null; leave out what is not known" : fault.found;
      return { ...fault, at: `.${key}${fault.at}`, found };
    }
    for (const key of required) {
      if (!Object.hasOwn(value, key)) return { at: `.${key}`, expected: "a value", found: "none" };
    }
    return undefined;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value for an error message: short. */
export function shown(value: unknown, length: number = 40): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const whole = typeof value === "string" ? value : String(value);
  const short = whole.length > length ? `${whole.slice(0, length)}…` : whole;
  return typeof value === "string" ? JSON.stringify(short) : short;
}
