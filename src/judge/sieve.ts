/**
 * Which matchers are worth asking about a process. Most suspects are nobody's agent, and no matcher claims without a
 * word that gives its family away: one native search for all of those words takes the place of a dozen matchers that
 * would each take the command line apart. Pure.
 *
 * @module
 */
import type { Matcher } from "../contract.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/** Some of the matchers, in their order. */
type Some = readonly Matcher[];

interface Sieve {
  /** Any word of any matcher. */
  readonly any: RegExp;
  /** Those without words are asked about everybody. */
  readonly wordless: Some;
  /** The words of each, in the matchers' order; undefined where it has none. */
  readonly each: readonly (RegExp | undefined)[];
  /** What was found out about a command line: each is asked about for itself and for its children. */
  readonly known: WeakMap<readonly string[], { readonly exe: Process["exe"]; readonly some: Some }>;
}

const sieves = new WeakMap<Some, Sieve>();

/** The matchers that might claim a process, by its own words and its parent's. */
export function worthAsking(process: Process, table: Table, matchers: Some): Some {
  let sieve = sieves.get(matchers);
  if (sieve === undefined) sieves.set(matchers, sieve = sieveOf(matchers));
  const own = sift(process, matchers, sieve);
  const parent = table.parent(process);
  const above = parent === undefined ? sieve.wordless : sift(parent, matchers, sieve);
  if (above === sieve.wordless || above === own) return own;
  return own === sieve.wordless
    ? above
    : matchers.filter((matcher) => own.includes(matcher) || above.includes(matcher));
}

function sift({ argv, exe }: Process, matchers: Some, sieve: Sieve): Some {
  const { known, wordless, each } = sieve;
  if (argv === undefined || argv === null) {
    if (typeof exe !== "string") return wordless;
  } else {
    const before = known.get(argv);
    if (before !== undefined && before.exe === exe) return before.some;
  }
  // Neither a path nor an argument has a NUL in it: no word is found across two of them.
  const text = `${exe ?? ""}\0${argv?.join("\0") ?? ""}`;
  const some = sieve.any.test(text) ? matchers.filter((_, at) => each[at]?.test(text) ?? true) : wordless;
  if (argv !== undefined && argv !== null) known.set(argv, { exe, some });
  return some;
}

function sieveOf(matchers: Some): Sieve {
  return {
    any: anyOf(matchers.flatMap(({ words }) => words ?? [])),
    wordless: matchers.filter(({ words }) => words === undefined),
    each: matchers.map(({ words }) => words === undefined ? undefined : anyOf(words)),
    known: new WeakMap(),
  };
}

/** Windows tells no case apart, so we do not. */
function anyOf(words: readonly string[]): RegExp {
  const sources = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return sources.length === 0 ? /(?!)/ : new RegExp(sources.join("|"), "i");
}
