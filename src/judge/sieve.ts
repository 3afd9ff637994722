/**
 * Which matchers are worth asking about a process. Most suspects are nobody's agent, and no matcher claims without a
 * word that gives its family away: one native search for all of those words takes the place of a dozen matchers that
 * would each take the command line apart. Pure.
 *
 * @module
 */
import type { Matcher } from "../contract.ts";
import { remember } from "../vocabulary/command.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/** Some of the matchers, in their order. The same ones are the same list. */
type Some = readonly Matcher[];

interface Sieve {
  /** Any word of any matcher. */
  readonly any: RegExp;
  /** Those without words are asked about everybody. */
  readonly wordless: Some;
  /** The words of each, in the matchers' order and in small letters; undefined where it has none. */
  readonly each: readonly (readonly string[] | undefined)[];
  /** What was found out about a command line: each is asked about for itself and for its children. */
  readonly known: WeakMap<readonly string[], { readonly exe: Process["exe"]; readonly some: Some }>;
  /** What was found out about a text with a word in it: many processes say the same. */
  readonly said: Map<string, Some>;
  readonly lists: Map<string, Some>;
  readonly joined: WeakMap<Some, WeakMap<Some, Some>>;
}

const sieves = new WeakMap<Some, Sieve>();

/** The matchers that might claim a process, by its own words and its parent's. */
export function worthAsking(process: Process, table: Table, matchers: Some): Some {
  let sieve = sieves.get(matchers);
  if (sieve === undefined) sieves.set(matchers, sieve = sieveOf(matchers));
  const own = sift(process, matchers, sieve);
  const parent = table.parent(process);
  const above = parent === undefined ? sieve.wordless : sift(parent, matchers, sieve);
  if (above === own || above === sieve.wordless) return own;
  return own === sieve.wordless ? above : join(own, above, matchers, sieve);
}

function sift({ argv, exe }: Process, matchers: Some, sieve: Sieve): Some {
  if (argv === undefined || argv === null) {
    return typeof exe === "string" ? siftText(exe, matchers, sieve) : sieve.wordless;
  }
  const before = sieve.known.get(argv);
  if (before !== undefined && before.exe === exe) return before.some;
  // Neither a path nor an argument has a NUL in it: no word is found across two of them.
  const some = siftText(`${exe ?? ""}\0${argv.join("\0")}`, matchers, sieve);
  sieve.known.set(argv, { exe, some });
  return some;
}

function siftText(text: string, matchers: Some, sieve: Sieve): Some {
  if (!sieve.any.test(text)) return sieve.wordless;
  let some = sieve.said.get(text);
  if (some === undefined) {
    const small = text.toLowerCase();
    const has = (at: number) => sieve.each[at]?.some((word) => small.includes(word)) ?? true;
    remember(sieve.said, text, some = listOf(matchers, has, sieve));
  }
  return some;
}

function join(one: Some, other: Some, matchers: Some, sieve: Sieve): Some {
  let joined = sieve.joined.get(one);
  if (joined === undefined) sieve.joined.set(one, joined = new WeakMap());
  let both = joined.get(other);
  if (both === undefined) {
    const has = (at: number) => one.includes(matchers[at] as Matcher) || other.includes(matchers[at] as Matcher);
    joined.set(other, both = listOf(matchers, has, sieve));
  }
  return both;
}

function listOf(matchers: Some, has: (at: number) => boolean, { lists }: Pick<Sieve, "lists">): Some {
  const places = matchers.map((_, at) => at).filter(has);
  const name = places.join(" ");
  let list = lists.get(name);
  if (list === undefined) lists.set(name, list = places.map((at) => matchers[at] as Matcher));
  return list;
}

function sieveOf(matchers: Some): Sieve {
  const lists = new Map<string, Some>();
  return {
    any: anyOf(matchers.flatMap(({ words }) => words ?? [])),
    wordless: listOf(matchers, (at) => matchers[at]?.words === undefined, { lists }),
    each: matchers.map(({ words }) => words?.map((word) => word.toLowerCase())),
    known: new WeakMap(),
    said: new Map(),
    lists,
    joined: new WeakMap(),
  };
}

/** Windows tells no case apart, so we do not. */
function anyOf(words: readonly string[]): RegExp {
  const sources = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return sources.length === 0 ? /(?!)/ : new RegExp(sources.join("|"), "i");
}
