/**
 * Errors that a person can act on.
 *
 * @module
 */

/** Control, format (bidirectional, zero-width) and unassigned characters, lone surrogates, line ends. */
const OBEYED = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Text from outside that is not what it should be. The message names the place, what was found
 * there and what helps; it is shown as it is, without a stack. What was found there is hostile: in
 * the message it has nothing that a terminal would obey, and stays in one line.
 */
export class ParseError extends Error {
  /** Its kind, for those who cannot ask with `instanceof`. */
  override readonly name: string = "ParseError";

  /** `message` is shown on one line; what would disturb a terminal is taken out of it. */
  constructor(message: string) {
    super(message.replaceAll(OBEYED, "?"));
  }
}

/** The machine cannot be looked at, or what the system tells of it not be trusted: no mistake of ours, nor of who asked. */
export class Unseen extends Error {
  override readonly name: string = "Unseen";
}

/** Of what somebody wrote, so much is repeated to them. */
const LONGEST_SHOWN = 60;

/** Where in a configuration something stands, with what stands there. Not for what may be a secret. */
export function standing(place: string, value: unknown): string {
  const text = typeof value === "number" ? String(value) : written(value);
  return `${place} = ${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}`;
}

/**
 * What stands in a table of a configuration.
 *
 * @throws {ParseError} When it is none; a date is an object, too.
 */
export function tableAt(value: unknown, place: string, name: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Date) {
    throw new ParseError(`${place}: expected a table, for example [${name}]`);
  }
  return value;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A circle, a bigint.
    return String(value);
  }
}

/** What an error says; of whatever else was thrown, that. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
