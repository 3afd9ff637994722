/**
 * What a configuration says about verdicts: the policy, and the person's own plugins. Hosts go by it too, so nothing here
 * is for one runtime alone.
 *
 * @module
 */
import { isAbsolute } from "node:path";
import type { Confidence, Policy } from "../contract.ts";
import { parseDuration, parseLimit } from "../duration.ts";
import { ParseError, standing } from "../errors.ts";

/** The keys of a configuration that concern single commands and no verdict. */
const OF_COMMANDS = ["health", "history", "notify", "store"] as const;
export type OfCommands = typeof OF_COMMANDS[number];

/** What a configuration says about verdicts. */
export interface Judging {
  readonly policy: Partial<Policy>;
  /** Files with plugins of the person's own, absolute. */
  readonly plugins?: readonly string[];
}

/** Reads TOML. */
export type ParseToml = (text: string) => Record<string, unknown>;

/**
 * What stands in a configuration, by its keys. All of them are known: a misspelt rule is a lost one.
 *
 * @throws {ParseError} That names the place.
 */
export function fieldsOf(text: string, path: string, parse: ParseToml): Record<string, unknown> {
  const fields = parsed(text, path, parse);
  const known = [...Object.keys(READERS), ...OF_COMMANDS, "plugins"];
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown === undefined) return fields;
  throw new ParseError(`${path}: unknown key "${unknown}": known are ${known.join(", ")}`);
}

function parsed(text: string, path: string, parse: ParseToml): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    const { line, column } = error as { line?: number; column?: number };
    const what = (error as Error).message.split("\n")[0];
    throw new ParseError(`${path}${line === undefined ? "" : `:${line}:${column}`}: ${what}`);
  }
}

/**
 * What these fields say about verdicts.
 *
 * @throws {ParseError} That names the place and the value.
 */
export function judgingOf(fields: Readonly<Record<string, unknown>>, path: string, home: string): Judging {
  const policy: Partial<Policy> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (Object.hasOwn(READERS, key)) Object.assign(policy, READERS[key]?.(value, standing(`${path}: ${key}`, value)));
  }
  const { plugins } = fields;
  if (plugins === undefined) return { policy };
  return { policy, plugins: pluginPaths(plugins, standing(`${path}: plugins`, plugins), home) };
}

const READERS: Readonly<Record<string, (value: unknown, place: string) => Partial<Policy>>> = {
  protect: (value, place) => {
    if (!Array.isArray(value) || value.some((rule) => typeof rule !== "string" || rule.trim() === "")) {
      throw new ParseError(`${place}: expected a list of texts, for example protect = ["my-server"]`);
    }
    return { protect: value as string[] };
  },
  "report-only": (value, place) => {
    if (!Array.isArray(value) || value.some((name) => typeof name !== "string")) {
      throw new ParseError(`${place}: expected a list of matchers' names, for example report-only = ["mcp-server"]`);
    }
    return { reportOnly: value as string[] };
  },
  confidence: (value, place) => {
    if (value !== "adopted" && value !== "likely" && value !== "proven") {
      throw new ParseError(`${place}: expected "adopted", "likely" or "proven"`);
    }
    return { confidence: value satisfies Confidence };
  },
  "min-age": (value, place) => ({ minAgeMs: duration(value, place) }),
  "max-age": (value, place) => ({ maxAgeMs: duration(value, place, parseLimit) }),
  grace: (value, place) => ({ graceMs: duration(value, place) }),
  limit: (value, place) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
      throw new ParseError(`${place}: expected a whole number of trees, at least 1`);
    }
    return { limit: value };
  },
};

/**
 * A name that nobody has is a rule that is lost.
 *
 * @throws {ParseError} When there is one.
 */
export function expectMatchers({ reportOnly = [] }: Partial<Policy>, known: readonly string[]): void {
  const unknown = reportOnly.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ParseError(
    `report-only in the configuration: ${unknown}: there is no such name, known are ${known.join(", ")}`,
  );
}

function pluginPaths(value: unknown, place: string, home: string): readonly string[] {
  const wrong = new ParseError(
    `${place}: expected a list of files, absolute or from the home, as "~/my-matcher.js"`,
  );
  if (!Array.isArray(value)) throw wrong;
  return value.map((path) => {
    if (typeof path !== "string") throw wrong;
    if (path.startsWith("~/")) return `${home}/${path.slice(2)}`;
    if (!isAbsolute(path)) throw wrong;
    return path;
  });
}

function duration(value: unknown, place: string, parse = parseDuration): number {
  if (typeof value !== "string") throw new ParseError(`${place}: expected a duration with a unit, for example "90s"`);
  try {
    return parse(value);
  } catch (error) {
    throw new ParseError(`${place}: ${(error as Error).message}`);
  }
}
