/**
 * Whom matchers are asked about. Only the top of a chain can have lost its parent, and below a living
 * one a short name that some matcher names is worth a look: so the command line of most processes is
 * never read, and a table that holds them all is judged as the machine was. Pure.
 *
 * @module
 */
import { hasLostParent } from "../vocabulary/adopters.ts";
import { withoutExe } from "../vocabulary/command.ts";
import { interpreterOf } from "../vocabulary/interpreters.ts";
import { remember } from "../vocabulary/remembered.ts";
import type { Matcher } from "../contract.ts";
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
  const hintedBy = hintsOf(matchers);
  const tops: Process[] = [];
  const all: Process[] = [];
  const registered = table.snapshot.registered === undefined ? undefined : table.registered;
  const { acrossNamespaces } = table;
  /** By the parent's number; on Windows it depends on the child too whether that is its parent. */
  const knownTops = table.host.platform === "win32" ? undefined : new Map<number, boolean>();
  // Each process of the machine comes by here: what was found out for another is not asked again, nor a function called.
  for (const process of table.processes) {
    const { ppid, name } = process;
    if (process.argv === null && typeof process.exe !== "string") continue;
    // Who is said to be its own parent has none, and others that name it have.
    let isTop = ppid === process.pid ? true : knownTops?.get(ppid);
    if (isTop === undefined) {
      isTop = hasLostParent(process, table);
      knownTops?.set(ppid, isTop);
    }
    if (isTop) {
      tops.push(process);
      all.push(process);
      continue;
    }
    const hint = name !== undefined && (hintedBy.known.get(name) ?? hintOf(name, hintedBy));
    if (hint === true || (hint !== false && table.parent(process)?.name !== name)) all.push(process);
    // A container's pid 1 may be the agent that all in there belongs to, whatever it calls itself.
    else if (acrossNamespaces && isInnerInit(process)) all.push(process);
    else if (registered?.has(process.pid) === true) all.push(process);
  }
  return { tops, all };
}

/** Whether a process of some short name is worth a look. */
type Hinted = boolean | "above its like";

interface Hints {
  readonly anywhere: (name: string) => boolean;
  readonly above: (name: string) => boolean;
  /** One answer for all hints, once for each name. */
  readonly known: Map<string, Hinted>;
}

const hinted = new WeakMap<readonly Matcher[], Hints>();

function hintsOf(matchers: readonly Matcher[]): Hints {
  let hints = hinted.get(matchers);
  if (hints === undefined) {
    hints = { anywhere: hintedAt(matchers, false), above: hintedAt(matchers, true), known: new Map() };
    hinted.set(matchers, hints);
  }
  return hints;
}

function hintOf(name: string, { anywhere, above, known }: Hints): Hinted {
  const found = anywhere(name) || (above(name) && "above its like");
  remember(known, name, found);
  return found;
}

function hintedAt(matchers: readonly Matcher[], multiplying: boolean): (name: string) => boolean {
  const names = new Set<string>();
  const patterns = new Set<string>();
  for (const { hints, multiplies = false } of matchers) {
    if (multiplies !== multiplying) continue;
    for (const hint of hints) typeof hint === "string" ? names.add(hint) : patterns.add(`(?:${hint.source})`);
  }
  const pattern = patterns.size === 0 ? undefined : new RegExp([...patterns].join("|"), "i");
  return (name) => {
    // Windows shows the file's whole name.
    const program = withoutExe(name);
    if (names.has(program) || names.has(name)) return true;
    // Whoever hints at "node" means all that node goes by: `node22`, and `MainThread` as it names its first thread.
    return (interpreterOf(program) === "node" && names.has("node")) || pattern?.test(program) === true;
  };
}
