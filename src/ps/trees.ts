/**
 * Agents as a person thinks of them: a tree each, with whose it is and what it takes. Pure.
 *
 * @module
 */
import type { Judgement } from "../classify.ts";
import type { Finding, Table } from "../contract.ts";
import { isZombie } from "../process.ts";
import { SESSION_VARIABLE } from "../vocabulary/run-tag.ts";

/** One tree. */
export interface AgentTree {
  readonly finding: Finding;
  /** Who is responsible, as far as it is a process: who put it on record, or its parent. */
  readonly owner?: { readonly pid: number; readonly name?: string };
  /** The session that it belongs to, on record or by its environment. */
  readonly session?: string;
  /** Of those members of which it is known; undefined: of none. */
  readonly rssBytes?: number;
  readonly cpuSeconds?: number;
  readonly ageMs?: number;
}

/** What trees are sorted by. */
export type SortKey = "memory" | "cpu" | "age" | "family";

/** Which trees are wanted. */
export interface Wanted {
  readonly families?: readonly string[];
  readonly session?: string;
  readonly minRssBytes?: number;
}

/** What several trees take together. */
export interface Sum {
  readonly trees: number;
  readonly processes: number;
  readonly rssBytes?: number;
  readonly cpuSeconds?: number;
}

/** All trees of a judgement. */
export function treesOf({ table, findings }: Pick<Judgement, "table" | "findings">): AgentTree[] {
  return findings.map((finding) => {
    const { root, members } = finding;
    const owner = ownerOf(finding, table);
    const session = members.map(({ pid }) =>
      table.registered.get(pid)?.entry.session
    ).find((one) => one !== undefined) ?? root.env?.[SESSION_VARIABLE];
    const living = members.filter((member) => !isZombie(member));
    return {
      finding,
      ...(owner === undefined ? {} : { owner }),
      ...(session === undefined ? {} : { session }),
      ...summed("rssBytes", living.map(({ rss }) => rss)),
      ...summed("cpuSeconds", living.map(({ cpuSeconds }) => cpuSeconds)),
      ...(root.startedAt === undefined ? {} : { ageMs: Math.max(0, table.takenAt - root.startedAt) }),
    };
  });
}

function ownerOf({ root, responsible }: Finding, table: Table): AgentTree["owner"] {
  if (responsible.who !== "living" || responsible.pid === undefined) return undefined;
  const originator = table.registered.get(root.pid)?.entry.originator;
  const name = originator?.pid === responsible.pid ? originator.tool : table.get(responsible.pid)?.name;
  return { pid: responsible.pid, ...(name === undefined ? {} : { name }) };
}

function summed<Name extends string>(name: Name, values: readonly (number | undefined)[]): { [K in Name]?: number } {
  const known = values.filter((value) => value !== undefined);
  // Nothing known is no zero.
  return known.length === 0 ? {} : { [name]: known.reduce((sum, value) => sum + value, 0) } as { [K in Name]?: number };
}

/** Those that are wanted. What is not known is below no limit and is left out by one. */
export function filtered(trees: readonly AgentTree[], { families, session, minRssBytes }: Wanted): AgentTree[] {
  return trees.filter((tree) =>
    (families === undefined || families.includes(tree.finding.claim.family)) &&
    (session === undefined || tree.session === session) &&
    (minRssBytes === undefined || (tree.rssBytes ?? -1) >= minRssBytes)
  );
}

/** The most first; families by name, and within one by memory. What is not known comes last; equals by pid. */
export function sorted(trees: readonly AgentTree[], key: SortKey): AgentTree[] {
  const most = (value: (tree: AgentTree) => number | undefined) => (a: AgentTree, b: AgentTree): number =>
    (value(b) ?? -1) - (value(a) ?? -1);
  const byPid = (a: AgentTree, b: AgentTree): number => a.finding.root.pid - b.finding.root.pid;
  const byMemory = most((tree) => tree.rssBytes);
  const byFamily = (a: AgentTree, b: AgentTree): number =>
    a.finding.claim.family < b.finding.claim.family ? -1 : a.finding.claim.family > b.finding.claim.family ? 1 : 0;
  const orders = {
    memory: byMemory,
    cpu: most((tree) => tree.cpuSeconds),
    age: most((tree) => tree.ageMs),
    family: (a: AgentTree, b: AgentTree) => byFamily(a, b) || byMemory(a, b),
  } as const;
  return trees.toSorted((a, b) => orders[key](a, b) || byPid(a, b));
}

/** What they take together. */
export function sumOf(trees: readonly AgentTree[]): Sum {
  return {
    trees: trees.length,
    processes: trees.reduce((sum, { finding }) => sum + finding.members.length, 0),
    ...summed("rssBytes", trees.map(({ rssBytes }) => rssBytes)),
    ...summed("cpuSeconds", trees.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

/** The same for each family, the one with most memory first. */
export function byFamily(trees: readonly AgentTree[]): (Sum & { readonly family: string })[] {
  const families = Map.groupBy(trees, ({ finding }) => finding.claim.family);
  return [...families].map(([family, some]) => ({ family, ...sumOf(some) })).sort((a, b) =>
    (b.rssBytes ?? -1) - (a.rssBytes ?? -1) || (a.family < b.family ? -1 : 1)
  );
}

/** Whether `reap` would end it. */
export function isForReap({ finding: { verdict } }: AgentTree): boolean {
  return verdict === "orphan" || verdict === "stale";
}
