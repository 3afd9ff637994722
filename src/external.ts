/**
 * Plugins of the person's own: files that their configuration or their command line names. What is
 * named and cannot be loaded, or is not what it should be, stops the run before anything is touched: a
 * skipped guard is a killed process (law 7).
 *
 * @module
 */
import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { meaningOf } from "./complaint.ts";
import type { Guard, Viewer } from "./contract.ts";
import { errorText, ParseError } from "./errors.ts";
import { expectAnswer } from "./external/answers.ts";
import { expectFamily, expectHints, expectLeftoverFamily, expectNeeds } from "./external/data.ts";
import { watched } from "./external/oversight.ts";
import { type Family, family } from "./vocabulary/family.ts";
import type { Plugins } from "./plugins.ts";
import { readOnly } from "./read-only.ts";
import { type LeftoverFamily, leftoverFamily } from "./leftovers/remains.ts";

/** A kind of plugin, known by the function that only it has. */
interface Kind {
  readonly list: keyof Plugins;
  readonly called: string;
  /** The functions that it must have, the telling one first. */
  readonly must: readonly string[];
  /** The functions it may have. */
  readonly may: readonly string[];
  /** Its lists, with whether it must have them. */
  readonly lists: Readonly<Record<string, boolean>>;
  readonly others: readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    list: "matchers",
    called: "matcher",
    must: ["claim"],
    may: ["alsoNeeds"],
    lists: { hints: true, words: false, marks: false, needs: true, variables: false },
    others: ["multiplies", "ownWords"],
  },
  {
    list: "guards",
    called: "guard",
    must: ["object"],
    may: ["files"],
    lists: { needs: true, variables: false },
    others: ["asks"],
  },
  {
    list: "leftoverMatchers",
    called: "leftover matcher",
    must: ["judge", "places"],
    may: ["owner"],
    lists: { needs: false, variables: false },
    others: ["onlyWhenNamed", "beside"],
  },
  { list: "reporters", called: "reporter", must: ["render"], may: [], lists: {}, others: [] },
];

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The program's plugins, and beside them those in the files at these absolute paths. */
export function withExternal(plugins: Plugins, paths: readonly string[], viewer: Pick<Viewer, "uid">): Plugins {
  let all = plugins;
  for (const path of paths) {
    const { list, plugin } = load(path, viewer);
    const taken = Object.values(all).flat().some(({ name }) => name === plugin.name);
    if (taken) throw new ParseError(`plugin ${path}: there is already a plugin called "${plugin.name}": rename it`);
    all = { ...all, [list]: [...all[list], plugin] };
  }
  return all;
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

function load(path: string, viewer: Pick<Viewer, "uid">): { readonly list: keyof Plugins; readonly plugin: Named } {
  const real = safe(path, viewer);
  try {
    return watched(path, () => check(path, (require(real) as { readonly default?: unknown }).default));
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
    if (!statSync(real).isFile()) throw new ParseError(`plugin ${path}: is no file`);
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

function check(path: string, exported: unknown): { list: keyof Plugins; plugin: Named } {
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
  const kind = KINDS.find(({ must }) => typeof given[must[0] as string] === "function");
  if (kind === undefined) return wrong("is no matcher, guard, leftover matcher or reporter");
  expected(() => expectKind(given, kind));
  const plugin = telling(path, { ...given } as unknown as Named & Record<string, unknown>);
  return { list: kind.list, plugin: kind.called === "guard" ? always(plugin as unknown as Guard) : plugin };
}

/** @throws {TypeError} When it has not what its kind has. */
function expectKind(given: Readonly<Record<string, unknown>>, { called, must, may, lists, others }: Kind): void {
  const known = ["name", "summary", ...must, ...may, ...Object.keys(lists), ...others];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TypeError(`a ${called} has no "${unknown}"`);
  for (const key of [...must, ...may]) {
    const isLeftOut = given[key] === undefined && may.includes(key);
    if (!isLeftOut && typeof given[key] !== "function") throw new TypeError(`"${key}" must be a function`);
  }
  for (const [key, isNeeded] of Object.entries(lists)) {
    if (given[key] === undefined ? isNeeded : !Array.isArray(given[key])) {
      throw new TypeError(`"${key}" must be a list`);
    }
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
