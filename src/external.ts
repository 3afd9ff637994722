/**
 * Plugins of the person's own: files that their configuration or their command line names. What is
 * named and cannot be loaded, or is not what it should be, stops the run before anything is touched: a
 * skipped guard is a killed process (law 7).
 *
 * @module
 */
import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { meaningOf } from "./complaint.ts";
import type { Guard, Viewer } from "./contract.ts";
import { errorText, ParseError } from "./errors.ts";
import { expectAnswer } from "./external/answers.ts";
import { expectFamily, expectHints, expectLeftoverFamily, expectNeeds } from "./external/data.ts";
import {
  type Part,
  PARTS_OF_GUARD,
  PARTS_OF_LEFTOVER_MATCHER,
  PARTS_OF_MATCHER,
  PARTS_OF_REPORTER,
} from "./external/keys.ts";
import { watched } from "./external/oversight.ts";
import { type Family, family } from "./vocabulary/family.ts";
import type { Plugins } from "./plugins.ts";
import { readOnly } from "./read-only.ts";
import { type LeftoverFamily, leftoverFamily } from "./leftovers/remains.ts";

/** A kind of plugin, known by the function that only it has. */
interface Kind {
  readonly list: keyof Plugins;
  readonly called: string;
  readonly toldBy: string;
  readonly parts: Readonly<Record<string, Part>>;
}

const KINDS: readonly Kind[] = [
  { list: "matchers", called: "matcher", toldBy: "claim", parts: PARTS_OF_MATCHER },
  { list: "guards", called: "guard", toldBy: "object", parts: PARTS_OF_GUARD },
  { list: "leftoverMatchers", called: "leftover matcher", toldBy: "judge", parts: PARTS_OF_LEFTOVER_MATCHER },
  { list: "reporters", called: "reporter", toldBy: "render", parts: PARTS_OF_REPORTER },
];

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The program's plugins, and beside them those in the files at these absolute paths. */
export function withExternal(plugins: Plugins, paths: readonly string[], viewer: Pick<Viewer, "uid">): Plugins {
  let all = plugins;
  for (const path of paths) {
    const real = safe(path, viewer);
    all = beside(all, path, loaded(path, real, () => require(real)));
  }
  return all;
}

/** Runs an import to its end, or fails. */
export type Import = (load: () => Promise<unknown>) => Promise<unknown>;

/** The same for hosts: not every runtime has `require`. */
export async function withImported(
  plugins: Plugins,
  paths: readonly string[],
  viewer: Pick<Viewer, "uid">,
  inTime: Import,
): Promise<Plugins> {
  let all = plugins;
  for (const path of paths) {
    const real = safe(path, viewer);
    // A host lives long, and what was imported under one name stays what it was. Of an address Bun drops the query.
    const name = process.versions.bun === undefined ? pathToFileURL(real).href : real;
    // deno-lint-ignore house/no-dynamic-import-of-variable -- the person's own file, which is in no bundle
    const [imported] = await Promise.allSettled([inTime(() => import(`${name}?${statSync(real).mtimeMs}`))]);
    all = beside(all, path, loaded(path, real, () => compiled(fulfilled(imported))));
  }
  return all;
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

/** What a compiler made for `require` is all of it the default of what was imported. */
function compiled(imported: unknown): unknown {
  const { default: whole } = imported as { readonly default?: { readonly __esModule?: unknown } | null };
  return whole?.__esModule === true ? whole : imported;
}

function beside(all: Plugins, path: string, { list, plugin }: Loaded): Plugins {
  const taken = Object.values(all).flat().some(({ name }) => name === plugin.name);
  if (taken) throw new ParseError(`plugin ${path}: there is already a plugin called "${plugin.name}": rename it`);
  return { ...all, [list]: [...all[list], plugin] };
}

/** A plugin, and where it belongs. */
interface Loaded {
  readonly list: keyof Plugins;
  readonly plugin: Named;
}

interface Named {
  readonly name: string;
  readonly summary: string;
}

/** Of several mistakes in one file the first is told. */
function first(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}

function why(error: unknown): string {
  return errorText(first(error)).split("\n")[0] as string;
}

/** Line and column of a mistake in this very file, as the runtime tells it. */
function placeOf(error: unknown, real: string): string {
  const { position } = (first(error) ?? {}) as { position?: { file: string; line: number; column: number } | null };
  return position?.file === real ? `:${position.line}:${position.column}` : "";
}

function loaded(path: string, real: string, load: () => unknown): Loaded {
  try {
    return watched(path, () => check(path, (load() as { readonly default?: unknown }).default));
  } catch (error) {
    if (error instanceof ParseError) throw error;
    throw new ParseError(
      `plugin ${path}${placeOf(error, real)}: cannot be loaded (${why(error)}): correct it, or leave it out`,
    );
  }
}

/** Whoever can change the file decides what is ended, so they must be allowed to. */
function safe(path: string, { uid }: Pick<Viewer, "uid">): string {
  let real: string;
  try {
    real = realpathSync(path);
    if (!statSync(real).isFile()) throw new ParseError(`plugin ${path}: is no file: correct the path`);
  } catch (error) {
    if (error instanceof ParseError) throw error;
    throw new ParseError(`plugin ${path}: ${meaningOf(error)}: correct the path, or take it out of the configuration`);
  }
  if (process.platform === "win32") return real;
  for (let at = real;; at = dirname(at)) {
    const found = statSync(at);
    const sticky = at !== real && (found.mode & 0o1000) !== 0;
    const ofOthers = found.uid !== uid && found.uid !== 0;
    if (ofOthers || ((found.mode & 0o022) !== 0 && !sticky)) {
      throw new ParseError(`plugin ${path}: others can change ${at}: chmod go-w it, or move the plugin`);
    }
    if (dirname(at) === at) return real;
  }
}

function check(path: string, exported: unknown): Loaded {
  const wrong = (what: string): never => {
    throw new ParseError(`plugin ${path}: ${what} (docs/plugins.md)`);
  };
  if (typeof exported !== "object" || exported === null) return wrong("has no default export that is an object");
  const given = exported as Record<string, unknown>;
  const { name, summary } = given;
  if (typeof name !== "string" || !NAME.test(name)) return wrong(`"name" must be lower-case words joined by -`);
  if (typeof summary !== "string" || summary === "") return wrong(`"summary" must be a line of text`);
  const expected = (expectIt: () => void): void => {
    try {
      expectIt();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      wrong(error.message);
    }
  };

  if (Array.isArray(given["signs"])) {
    expected(() => expectFamily(given));
    return { list: "matchers", plugin: telling(path, { ...family(given as unknown as Family) }, asItIs) };
  }
  if (Array.isArray(given["lairs"])) {
    expected(() => expectLeftoverFamily(given));
    const data = telling(path, { ...given } as unknown as LeftoverFamily);
    return { list: "leftoverMatchers", plugin: telling(path, { ...leftoverFamily(data) }, asItIs) };
  }
  const kind = KINDS.find(({ toldBy }) => typeof given[toldBy] === "function");
  if (kind === undefined) return wrong("is no matcher, guard, leftover matcher or reporter");
  expected(() => expectKind(given, kind));
  const plugin = telling(path, { ...given } as unknown as Named & Record<string, unknown>);
  return { list: kind.list, plugin: kind.called === "guard" ? always(plugin as unknown as Guard) : plugin };
}

/** @throws {TypeError} When it has not what its kind has. */
function expectKind(given: Readonly<Record<string, unknown>>, { called, parts }: Kind): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(parts, key));
  if (unknown !== undefined) throw new TypeError(`a ${called} has no "${unknown}"`);
  for (const [key, part] of Object.entries(parts)) {
    const value = given[key];
    if (part === "anything" || (part.endsWith("or nothing") && value === undefined)) continue;
    const isFunction = part.startsWith("function");
    const isIt = isFunction ? typeof value === "function" : Array.isArray(value);
    if (!isIt) throw new TypeError(`"${key}" must be a ${isFunction ? "function" : "list"}`);
  }
  expectNeeds(given["needs"]);
  if (called === "matcher") expectHints(given["hints"]);
  if (called === "guard" && given["asks"] !== "root" && given["asks"] !== "every member") {
    throw new TypeError(`"asks" must be "root" or "every member"`);
  }
}

/**
 * Our guards of the root alone doubt that nobody wants it, and are not asked where that is known (on record, and its host
 * gone). What a person's own one is for nobody knows: it is asked of every root.
 */
function always(guard: Guard): Guard {
  if (guard.asks !== "root") return guard;
  return {
    ...guard,
    asks: "every member",
    object: (process, context) => process.pid === context.root.pid ? guard.object(process, context) : undefined,
  };
}

/** For what is data alone: the functions are ours. */
const asItIs = <G>(given: G): G => given;

/** The same plugin; when one of its functions throws, it is said whose it was. */
function telling<T extends Named>(path: string, plugin: T, hands: <G>(given: G) => G = readOnly): T {
  const told = plugin as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(told)) {
    if (typeof value !== "function") continue;
    told[key] = (...given: readonly unknown[]) => {
      try {
        const answer: unknown = watched(path, () => value.apply(plugin, given.map((one) => hands(one))));
        expectAnswer(key, answer);
        return answer;
      } catch (error) {
        // What it is made of has said what failed.
        if (error instanceof ParseError) throw error;
        throw new ParseError(`plugin ${path}: ${key}() failed: ${why(error)}: nothing more is touched`);
      }
    };
  }
  return plugin;
}
