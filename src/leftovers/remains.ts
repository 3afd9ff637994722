/**
 * What dead processes leave on disk is known by data alone: where it lies, what it says of its owner,
 * what else must hold. `leftoverFamily` turns such data into a matcher and asks of all families alike
 * whether others can have put it there, whether its owner is gone, whether somebody else uses it. Pure.
 *
 * @module
 */
import type { Detail, Leftover, LeftoverMatcher, LeftoverPlace, Surroundings, Table } from "../contract.ts";
import { basesOf, joined, parentOf, type Root } from "./places.ts";
import { baseName } from "../process.ts";
import { fateOf, type Judged, plantedBy, unseenBy, usedBy } from "./staleness.ts";

/** One place of a family, in words that hold on every platform. */
export interface Lair extends Omit<LeftoverPlace, "base" | "from"> {
  /** In whose tree. */
  readonly under: Root;
  /** The directory in that tree, parts joined by `/`; left out: its top. */
  readonly at?: string;
}

/**
 * What a leftover says of its owner: a pid, at best with the machine's name; nobody, where the family never
 * says (its `stays` decides alone); or why it cannot be told. Undefined: it is none of the family after all.
 */
export type Whose =
  | { readonly pid: number; readonly host?: string }
  | { readonly nobody: true }
  | { readonly unsure: string }
  | undefined;

/** What a family is known by. */
export interface LeftoverFamily {
  readonly name: string;
  readonly summary: string;
  /** The agent family's name. */
  readonly family: string;
  readonly lairs: readonly Lair[];
  /** Where else its lairs are, where a list of the vendor's tells it. */
  readonly listed?: (around: Surroundings) => readonly string[];
  readonly whose: (leftover: Leftover) => Whose;
  /** What keeps it though its owner is gone. */
  readonly stays?: (leftover: Leftover, table: Table) => Judged | undefined;
  /** Others may work on in it when its owner is dead: whoever stands in it or names it keeps it. */
  readonly outlives?: true;
  readonly onlyWhenNamed?: true;
  readonly needs?: readonly Detail[];
  readonly beside?: Required<LeftoverMatcher>["beside"];
}

/** Where users of a directory show that they use it. */
const TRACES: readonly Detail[] = ["command", "directory", "environment"];

/** Which pids processes have in namespaces of their own. */
const COUNTED: readonly Detail[] = ["owner", "status"];

/** A matcher made of data. */
export function leftoverFamily(data: LeftoverFamily): LeftoverMatcher {
  const { name, summary, family, lairs, listed, whose, beside } = data;
  const needs = [...COUNTED, ...data.needs ?? [], ...(data.outlives === true ? TRACES : [])];
  const isOf = (leftover: Leftover) =>
    lairs.some((lair) => liesIn(leftover, lair)) ||
    (beside !== undefined && beside.kind === leftover.kind && beside.entry.test(baseName(leftover.path)));
  return {
    name,
    summary,
    ...(data.onlyWhenNamed === true ? { onlyWhenNamed: true } : {}),
    needs,
    variables: ["CODEX_HOME"],
    ...(beside === undefined ? {} : { beside }),
    places: (around) =>
      lairs.flatMap((lair) => [
        ...basesOf(lair.under, around).map(({ path, from }) => place(lair, joined(around, path, lair.at ?? ""), from)),
        ...(listed?.(around) ?? []).map((path) => place(lair, joined(around, path, lair.at ?? ""))),
      ]),
    owner(leftover) {
      const said = isOf(leftover) ? whose(leftover) : undefined;
      return said !== undefined && "pid" in said ? said.pid : undefined;
    },
    judge(leftover, table) {
      const said = isOf(leftover) ? whose(leftover) : undefined;
      return said === undefined ? undefined : { family, ...judge(leftover, said, table, data) };
    },
  };
}

function judge(leftover: Leftover, said: NonNullable<Whose>, table: Table, data: LeftoverFamily): Judged {
  const planted = plantedBy(leftover, table);
  if (planted !== undefined) return planted;
  if ("unsure" in said) return { verdict: "unsure", because: said.unsure };
  if (leftover.mounted === true) return { verdict: "unsure", because: "another file system is mounted on it or in it" };
  const unseen = unseenBy(leftover, table);
  if (unseen !== undefined) return unseen;
  if ("host" in said && said.host !== table.host.hostname) {
    return { verdict: "spared", because: `it belongs to a process of another machine (${said.host})` };
  }
  const fate = "pid" in said ? fateOf(said.pid, leftover, table) : undefined;
  if (fate !== undefined && fate.verdict !== "leftover") return fate;
  const kept = data.stays?.(leftover, table) ?? (data.outlives === true ? usedBy(leftover, table) : undefined);
  return kept ?? fate ?? { verdict: "leftover", because: "nobody uses it" };
}

function place(lair: Lair, base: string, from?: string): LeftoverPlace {
  const { entry, kind, reads } = lair;
  return {
    base,
    entry,
    kind,
    ...(lair.in === undefined ? {} : { in: lair.in }),
    ...(reads === undefined ? {} : { reads }),
    ...(from === undefined ? {} : { from }),
  };
}

/** Whether it lies as the family's do. Whose tree it is in was seen when it was looked for. */
function liesIn({ path, kind }: Leftover, lair: Lair): boolean {
  if (kind !== lair.kind || !lair.entry.test(baseName(path))) return false;
  let above = parentOf(path);
  if (lair.in !== undefined) {
    if (!lair.in.test(baseName(above))) return false;
    above = parentOf(above);
  }
  return lair.at === undefined || above.replaceAll("\\", "/").endsWith(`/${lair.at}`);
}

/** A pid as programs write it: no sign, no leading zero. */
const PID = /^[1-9]\d*$/;

/** The number that a text is, blanks around it apart. */
export function pidOf(text: string | undefined): number | undefined {
  const pid = text?.trim();
  return pid !== undefined && PID.test(pid) && pid.length <= 15 ? Number(pid) : undefined;
}

/** The owner is the pid in the name: the pattern's first group. */
export function pidInName(pattern: RegExp): (leftover: Leftover) => Whose {
  return ({ path }) => {
    const pid = pidOf(pattern.exec(baseName(path))?.[1]);
    return pid === undefined ? undefined : { pid };
  };
}

/** The owner is the pid that alone stands in a file of the directory. An empty file is about to be written. */
export function pidInFile(name: string): (leftover: Leftover) => Whose {
  return ({ inside }) => pidInText(inside?.[name], name);
}

/** The owner is the pid that this text is. */
export function pidInText(text: string | undefined, name: string): Whose {
  if (text === undefined) return { unsure: `there is no ${name} in it that could be read` };
  if (text.trim() === "") return { unsure: `its ${name} is empty: it is being written` };
  const pid = pidOf(text);
  return pid === undefined ? { unsure: `its ${name} holds no pid` } : { pid };
}

/** The fields of the object that a JSON text is, or undefined. */
export function fieldsOf(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}
