/**
 * Which matchers are worth asking about a process. Most suspects are nobody's agent, and no matcher claims without a
 * word (or a variable) that gives its family away: one native search for all of those words takes the place of a dozen matchers that
 * would each take the command line apart. Pure.
 *
 * @module
 */
import type { Matcher } from "../contract.ts";
import { remember } from "../vocabulary/remembered.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/**
 * Some of the matchers, a bit for each, in their order: whoever is asked by either of two is asked by both in one step.
 * Beyond the last bit there are never any but people's own; they share it.
 */
type Some = number;

const NOBODY: Some = 0;
const NONE: readonly Matcher[] = [];
const LAST_BIT = 30;

/** Neither a path nor an argument has a NUL in it: no word is found across two of them. */
const BETWEEN = "\0";

interface Sieve {
  readonly matchers: readonly Matcher[];
  /** Any word of any matcher, longer ones before those that they begin with: whatever else begins there is a part of it. */
  readonly any: RegExp;
  /** Each word in small letters, and whom it makes worth asking. */
  readonly words: readonly { readonly word: string; readonly asked: Some }[];
  /** Many processes say the same. */
  readonly byText: Map<string, Some>;
  readonly byWord: Map<string, Some>;
  /** Whom a variable in the environment makes worth asking. */
  readonly byMark: ReadonlyMap<string, Some>;
  /** Those who may claim whom a parent's words tell of. */
  readonly heirs: Some;
  /** Those without words and marks are asked about everybody. */
  readonly always: Some;
  readonly lists: Map<Some, readonly Matcher[]>;
}

const sieves = new WeakMap<readonly Matcher[], Sieve>();

function sieveFor(matchers: readonly Matcher[]): Sieve {
  let sieve = sieves.get(matchers);
  if (sieve === undefined) sieves.set(matchers, sieve = sieveOf(matchers));
  return sieve;
}

/**
 * Tells whom to ask about a process of a table, for as long as it stays as it is: the matchers that might claim it, by its
 * own words, by its parent's, by what marks its environment.
 */
export function worthAskingIn(
  table: Table,
  matchers: readonly Matcher[],
): (process: Process) => readonly Matcher[] {
  const sieve = sieveFor(matchers);
  const { always, heirs, byMark, lists } = sieve;
  /** By number: a parent is asked about for each of its children, and most come after it. */
  const known = new Map<number, Some>();
  return (process) => {
    const { pid, ppid, env } = process;
    let some = sift(process, sieve);
    known.set(pid, some);
    let above = known.get(ppid);
    if (above === undefined) {
      const parent = table.get(ppid);
      known.set(ppid, above = parent === undefined ? always : sift(parent, sieve));
    }
    // Whoever has its parent's number may be somebody else.
    const more = above & heirs & ~some;
    if (more !== NOBODY && table.parent(process) !== undefined) some |= more;
    if (env !== undefined) {
      for (const variable in env) if (byMark.has(variable)) some |= byMark.get(variable) as Some;
    }
    // Of most nobody is.
    return some === NOBODY ? NONE : lists.get(some) ?? listOf(some, sieve);
  };
}

function listOf(some: Some, { matchers, lists }: Sieve): readonly Matcher[] {
  const list = matchers.filter((_, at) => (some & bitOf(at)) !== NOBODY);
  lists.set(some, list);
  return list;
}

function bitOf(at: number): Some {
  return 1 << (at < LAST_BIT ? at : LAST_BIT);
}

/** Most say nothing: the shortest way to that answer comes first, and calls nobody. */
function sift({ argv, exe }: Process, sieve: Sieve): Some {
  const said = argv === undefined || argv === null ? "" : argv.length === 1 ? argv[0] as string : argv.join(BETWEEN);
  const text = typeof exe === "string" ? exe + BETWEEN + said : said;
  const { any, always, byText } = sieve;
  // `search` and `exec` of one pattern are compiled each for itself.
  any.lastIndex = 0;
  const first = any.exec(text);
  if (first === null) return always;
  let some = byText.get(text);
  if (some === undefined) remember(byText, text, some = siftText(text, first, sieve));
  return some;
}

/** A text so full of words that it is made for us: everybody is asked. */
const MANY = 64;
const EVERYBODY: Some = ~0;

/** From its first word on. */
function siftText(text: string, first: RegExpExecArray, sieve: Sieve): Some {
  const { any } = sieve;
  let some = sieve.always;
  let found: RegExpExecArray | null = first;
  for (let words = 0; words < MANY; words++) {
    some |= askedBy(found[0], sieve);
    // Words overlap: the next one may begin within this one.
    any.lastIndex = found.index + 1;
    found = any.exec(text);
    if (found === null) return some;
  }
  return EVERYBODY;
}

function askedBy(found: string, { byWord, words }: Sieve): Some {
  let some = byWord.get(found);
  if (some === undefined) {
    some = NOBODY;
    const small = found.toLowerCase();
    for (const { word, asked } of words) if (small.includes(word)) some |= asked;
    remember(byWord, found, some);
  }
  return some;
}

function sieveOf(matchers: readonly Matcher[]): Sieve {
  const words: Sieve["words"][number][] = [];
  const byMark = new Map<string, Some>();
  let always = NOBODY;
  let heirs = NOBODY;
  for (let at = 0; at < matchers.length; at++) {
    const matcher = matchers[at] as Matcher;
    const asked = bitOf(at);
    if (matcher.words === undefined && matcher.marks === undefined) always |= asked;
    if (matcher.ownWords !== true) heirs |= asked;
    for (const word of matcher.words ?? []) words.push({ word: word.toLowerCase(), asked });
    for (const mark of matcher.marks ?? []) byMark.set(mark, (byMark.get(mark) ?? NOBODY) | asked);
  }
  const any = anyOf(words.map(({ word }) => word));
  return { matchers, any, words, byText: new Map(), byWord: new Map(), byMark, heirs, always, lists: new Map() };
}

/** Windows tells no case apart, so we do not. */
function anyOf(words: readonly string[]): RegExp {
  // What begins like another comes before it.
  const last = words.toSorted().reverse();
  const sources = last.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(sources.length === 0 ? "(?!)" : sources.join("|"), "gi");
}
