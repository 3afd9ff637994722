/**
 * Whom matchers are asked about. Only the top of a chain can have lost its parent, and below a living
 * one a short name that some matcher names is worth a look: so the command line of most processes is
 * never read, and a table that holds them all is judged as the machine was. Pure.
 *
 * @module
 */
import { adopterKind } from "./adopters.ts";
import type { Matcher, NameHint } from "./contract.ts";
import type { Process } from "./process.ts";
import type { Table } from "./table.ts";

/** Those worth asking about. */
export interface Suspects {
  /** What an adopter has as child, and what has no parent to be seen. */
  readonly tops: readonly Process[];
  /** The tops, all whose short name a matcher names, and whatever is registered. */
  readonly all: readonly Process[];
}

/** The suspects of a table. */
export function suspectsOf(table: Table, matchers: readonly Matcher[]): Suspects {
  const hints = (multiply: boolean) =>
    matchers.filter(({ multiplies = false }) => multiplies === multiply).flatMap(({ hints }) => hints);
  const named = anyOf(hints(false));
  const namedAbove = anyOf(hints(true));
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
    const isTop = parent === undefined || isAdopter(parent);
    if (isTop) tops.push(process);
    const { name } = process;
    if (
      isTop || registered?.has(process.pid) === true ||
      (name !== undefined && (named(name) || (namedAbove(name) && parent?.name !== name)))
    ) {
      all.push(process);
    }
  }
  return { tops, all };
}

/** One test for many hints: names are compared for every process of the machine. */
function anyOf(hints: readonly NameHint[]): (name: string) => boolean {
  const names = new Set(hints.filter((hint) => typeof hint === "string"));
  const patterns = [...new Set(hints.filter((hint) => typeof hint !== "string").map((hint) => hint.source))];
  const pattern = patterns.length === 0
    ? undefined
    : new RegExp(patterns.map((source) => `(?:${source})`).join("|"), "i");
  const known = new Map<string, boolean>();
  return (name) => {
    let fits = known.get(name);
    if (fits === undefined) {
      // Windows shows the file's whole name.
      const program = name.replace(/\.exe$/i, "");
      known.set(name, fits = names.has(program) || names.has(name) || pattern?.test(program) === true);
    }
    return fits;
  };
}
