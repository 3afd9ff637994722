/**
 * Which sessions are active, as a host says it. What is not in the list is ended: a list that is none ends too much.
 *
 * @module
 */
import { ParseError } from "../errors.ts";
import { type Check, expect, isText } from "./given.ts";
import type { ActiveSessions } from "./options.ts";

const expected = "a list of sessions' names, or a function that gives one";
/** Text is a list too, of letters. */
const isList = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;

/** What {@linkcode ActiveSessions} are. */
export const SESSIONS: Check = [(value) => typeof value === "function" || isList(value), expected];

/** Asks anew each time; what can be gone through only once is gone through now. */
export function asking(active: ActiveSessions): () => Promise<readonly string[]> {
  if (typeof active === "function") return async () => namesOf(await active());
  if (!isOneWay(active)) return () => Promise.resolve(namesOf(active));
  const names = namesOf(active);
  return () => Promise.resolve(names);
}

/**
 * For rounds without end.
 *
 * @throws {ParseError} When it is no list, or one that is empty from the second round on.
 */
export function expectLasting(active: ActiveSessions): void {
  expect("activeSessions", active, SESSIONS);
  if (typeof active === "function") return;
  if (isOneWay(active)) {
    throw new ParseError(
      "activeSessions: can be gone through only once, and rounds do it again and again: give a function, or a Set or array that you change",
    );
  }
  namesOf(active);
}

/** Such as what `keys()` of a Map gives. */
function isOneWay(list: Iterable<string>): boolean {
  return list[Symbol.iterator]() as unknown === list;
}

function namesOf(list: unknown): readonly string[] {
  expect("activeSessions", list, [isList, "a list of sessions' names"]);
  const names = [...list as Iterable<unknown>];
  expect("activeSessions", names, [(all) => (all as unknown[]).every(isText), "names of sessions, as texts"]);
  return names as string[];
}
