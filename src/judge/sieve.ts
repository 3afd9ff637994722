/**
 * Which matchers are worth asking about a process. Most suspects are nobody's agent, and no matcher claims without a
 * word (or a variable) that gives its family away: one native search for all of those words takes the place of a dozen matchers that
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
  readonly matchers: Some;
  /** Any word of any matcher, the longer ones first: whatever else begins at the same place is a part of it. */
  readonly any: RegExp;
  /** Many processes say the same. */
  readonly byText: Map<string, Some>;
  /** Whom a word that was found makes worth asking. */
  readonly byWord: Map<string, Some>;
  /** Whom a variable in the environment makes worth asking. */
  readonly byMark: ReadonlyMap<string, Some>;
  /** Those without words and marks are asked about everybody. */
  readonly always: Some;
  readonly lists: Map<string, Some>;
  readonly joined: WeakMap<Some, WeakMap<Some, Some>>;
}

const sieves = new WeakMap<Some, Sieve>();

function sieveFor(matchers: Some): Sieve {
  let sieve = sieves.get(matchers);
  if (sieve === undefined) sieves.set(matchers, sieve = sieveOf(matchers));
  return sieve;
}

/**
 * Tells whom to ask about a process of a table, for as long as it stays as it is: the matchers that might claim it, by its
 * own words, by its parent's, by what marks its environment.
 */
export function worthAskingIn(table: Table, matchers: Some): (process: Process) => Some {
  const sieve = sieveFor(matchers);
  const { always, byMark } = sieve;
  /** By number: most are asked about for themselves, and for each of their children. */
  const known = new Map<number, Some>();
  return (process) => {
    const { pid, ppid, env } = process;
    let some = known.get(pid);
    if (some === undefined) known.set(pid, some = sift(process, sieve));
    let above = known.get(ppid);
    if (above === undefined) {
      const parent = table.get(ppid);
      known.set(ppid, above = parent === undefined ? always : sift(parent, sieve));
    }
    // Whoever has its parent's number may be somebody else.
    if (above !== some && above !== always && table.parent(process) !== undefined) some = join(some, above, sieve);
    if (env === undefined) return some;
    for (const variable in env) {
      if (byMark.has(variable)) some = join(some, byMark.get(variable) as Some, sieve);
    }
    return some;
  };
}

/** Most say nothing: the shortest way to that answer comes first. */
function sift({ argv, exe }: Process, sieve: Sieve): Some {
  const text = textOf(argv, exe);
  const first = text.search(sieve.any);
  if (first < 0) return sieve.always;
  let some = sieve.byText.get(text);
  if (some === undefined) remember(sieve.byText, text, some = siftText(text, first, sieve));
  return some;
}

/** Neither a path nor an argument has a NUL in it: no word is found across two of them. */
const BETWEEN = "\0";

/** All that tells what a process is. */
function textOf(argv: Process["argv"], exe: Process["exe"]): string {
  const said = argv === undefined || argv === null ? "" : argv.join(BETWEEN);
  return typeof exe === "string" ? exe + BETWEEN + said : said;
}

/** A text so full of words that it is made for us: everybody is asked. */
const MANY = 64;

/** From where its first word is. */
function siftText(text: string, first: number, sieve: Sieve): Some {
  const { any } = sieve;
  let some = sieve.always;
  any.lastIndex = first;
  for (let words = 0; words < MANY; words++) {
    const found = any.exec(text);
    if (found === null) return some;
    some = join(some, askedBy(found[0], sieve), sieve);
    // Words overlap: the next one may begin within this one.
    any.lastIndex = found.index + 1;
  }
  return sieve.matchers;
}

function askedBy(word: string, sieve: Sieve): Some {
  let some = sieve.byWord.get(word);
  if (some === undefined) {
    const small = word.toLowerCase();
    const has = ({ words }: Matcher) => words?.some((part) => small.includes(part.toLowerCase())) === true;
    remember(sieve.byWord, word, some = listOf((matcher) => isAlways(matcher) || has(matcher), sieve));
  }
  return some;
}

/** Those of either. */
function join(one: Some, other: Some, sieve: Sieve): Some {
  if (one === other || other === sieve.always) return one;
  if (one === sieve.always) return other;
  let joined = sieve.joined.get(one);
  if (joined === undefined) sieve.joined.set(one, joined = new WeakMap());
  let both = joined.get(other);
  if (both === undefined) {
    joined.set(other, both = listOf((matcher) => one.includes(matcher) || other.includes(matcher), sieve));
  }
  return both;
}

function listOf(has: (matcher: Matcher) => boolean, { matchers, lists }: Pick<Sieve, "matchers" | "lists">): Some {
  const some = matchers.filter(has);
  const name = some.map((matcher) => matchers.indexOf(matcher)).join(" ");
  let list = lists.get(name);
  if (list === undefined) lists.set(name, list = some);
  return list;
}

function sieveOf(matchers: Some): Sieve {
  const all = { matchers, lists: new Map<string, Some>() };
  const marks = new Set(matchers.flatMap(({ marks }) => marks ?? []));
  const markedBy = (mark: string) =>
    listOf((matcher) => isAlways(matcher) || matcher.marks?.includes(mark) === true, all);
  return {
    ...all,
    any: anyOf(matchers.flatMap(({ words }) => words ?? [])),
    byText: new Map(),
    byWord: new Map(),
    byMark: new Map([...marks].map((mark) => [mark, markedBy(mark)])),
    always: listOf(isAlways, all),
    joined: new WeakMap(),
  };
}

function isAlways({ words, marks }: Matcher): boolean {
  return words === undefined && marks === undefined;
}

/** Windows tells no case apart, so we do not. */
function anyOf(words: readonly string[]): RegExp {
  const longest = words.toSorted((a, b) => b.length - a.length);
  const sources = longest.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(sources.length === 0 ? "(?!)" : sources.join("|"), "gi");
}
