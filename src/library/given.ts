/**
 * What a host gives: who writes JavaScript has nobody who checks its types, and what is wrong in it must not end more.
 *
 * @module
 */
import { ParseError, standing } from "../errors.ts";

/** What a value must be, and how that is told. */
export type Check = readonly [isRight: (value: unknown) => boolean, expected: string];
/** The same for each field that there is. */
export type Checks<T> = { readonly [field in keyof Required<T>]: Check };

type Has<K extends string> = Readonly<Record<K, unknown>>;

/** Whether it has all these members, as functions. */
export function does<K extends string>(value: unknown, ...names: readonly K[]): value is Has<K> {
  return isObject(value) && names.every((name) => typeof (value as Has<K>)[name] === "function");
}

const isFunction = (value: unknown) => typeof value === "function";
/** Whether it is text of which something can be seen. */
export const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
/** Whether it is a list of which each one is right. */
export const isListOf = (isOne: (one: unknown) => boolean) => (value: unknown): boolean =>
  Array.isArray(value) && value.every(isOne);

/** Text that says something. */
export const TEXT: Check = [isText, "a text that is not empty"];
/** Yes or no. */
export const SWITCH: Check = [(value) => typeof value === "boolean", "true or false"];
/** Something to call. */
export const CALLED: Check = [isFunction, "a function"];
/** What tells that somebody has lost interest. */
export const SIGNAL: Check = [
  (value) => does(value, "addEventListener", "removeEventListener") && "aborted" in value,
  "an AbortSignal",
];
/** A command line. */
export const WORDS: Check = [isListOf((one) => typeof one === "string"), "a list of texts"];
/** What has fields of its own. */
export const FIELDS: Check = [isObject, "an object"];
/** For what is looked at elsewhere. */
export const ANY: Check = [() => true, "anything"];

/** @throws {ParseError} That names the value and its place. */
export function expect(place: string, value: unknown, [isRight, expected]: Check): void {
  if (!isRight(value)) throw new ParseError(`${standing(place, value)}: expected ${expected}`);
}

/**
 * All fields that are given are known, and right. What is undefined is as if it were left out.
 *
 * @throws {ParseError} That names what is wrong.
 */
export function expectFields<T extends object>(place: string, given: T, checks: Checks<T>): void {
  expect(place, given, FIELDS);
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, key)) {
      throw new ParseError(`${place}.${key}: there is no such field, known are ${Object.keys(checks).join(", ")}`);
    }
    if (value !== undefined) expect(`${place}.${key}`, value, checks[key as keyof T]);
  }
}

/** Whether it has fields. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
