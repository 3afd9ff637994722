/**
 * Whom matchers are asked about. Only the top of a chain can have lost its parent, and below a living
 * one a short name that some matcher names is worth a look: so the command line of most processes is
 * never read, and a table that holds them all is judged as the machine was. Pure.
 *
 * @module
 */
import { adopterKind } from "../vocabulary/adopters.ts";
import { remember } from "../vocabulary/command.ts";
import type { Matcher, NameHint } from "../contract.ts";
import { isInnerInit } from "../vocabulary/namespaces.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/** Those worth asking about. */
export interface Suspects {
  /** What an adopter has as child, and what has no parent to be seen. */
  readonly tops: readonly Process[];
  /** The tops, all whose short name a matcher names, and whatever is registered. */
  readonly all: readonly Process[];
}

/** The suspects of a table. */
export function suspectsOf(table: Table, matchers: readonly Matcher[]): Suspects {
  let hintedBy = hinted.get(matchers);
  if (hintedBy === undefined) hinted.set(matchers, hintedBy = hintsOf(matchers));
  const tops: Process[] = [];
  const all: Process[] = [];
  const registered = table.snapshot.registered === undefined ? undefined : table.registered;
  const adopters = new Map<Process, boolean>();
  const isAdopter = (parent: Process): boolean => {
    let is = adopters.get(parent);
    if (is === undefined) adopters.set(parent, is = adopterKind(parent, table) !== undefined);
    return is;
  };
  for (const process of table.processes) {
    if (process.argv === null && typeof process.exe !== "string") continue;
    const parent = table.parent(process);
    if (parent === undefined || isAdopter(parent)) {
      tops.push(process);
      all.push(process);
      continue;
    }
    const hint = hintedBy(process.name);
    // A container's pid 1 may be the agent that all in there belongs to, whatever it calls itself.
    if (table.acrossNamespaces && isInnerInit(process)) all.push(process);
    else if (hint === "anywhere" || (hint === "above its like" && parent.name !== process.name)) all.push(process);
    else if (registered?.has(process.pid) === true) all.push(process);
  }
  return { tops, all };
}

/** Where a process of some short name is worth a look. */
type Hinted = "anywhere" | "above its like" | "nowhere";

const hinted = new WeakMap<readonly Matcher[], (name: string | undefined) => Hinted>();

/** One answer for all hints, once for each name: they are asked for every process of the machine. */
function hintsOf(matchers: readonly Matcher[]): (name: string | undefined) => Hinted {
  const of = (multiply: boolean) =>
    anyOf(matchers.filter(({ multiplies = false }) => multiplies === multiply).flatMap(({ hints }) => hints));
  const anywhere = of(false);
  const above = of(true);
  const known = new Map<string, Hinted>();
  return (name) => {
    if (name === undefined) return "nowhere";
    let found = known.get(name);
    if (found === undefined) {
      remember(known, name, found = anywhere(name) ? "anywhere" : above(name) ? "above its like" : "nowhere");
    }
    return found;
  };
}

function anyOf(hints: readonly NameHint[]): (name: string) => boolean {
  const names = new Set(hints.filter((hint) => typeof hint === "string"));
  const patterns = [...new Set(hints.filter((hint) => typeof hint !== "string").map((hint) => hint.source))];
  const pattern = patterns.length === 0
    ? undefined
    : new RegExp(patterns.map((source) => `(?:${source})`).join("|"), "i");
  return (name) => {
    // Windows shows the file's whole name.
    const program = name.replace(/\.exe$/i, "");
    return names.has(program) || names.has(name) || pattern?.test(program) === true;
  };
}
