/**
 * What a matcher of leftovers is: what it says of its places, and how it judges what lies there.
 *
 * @module
 */
import type { Host, Leftover, Viewer } from "../snapshot.ts";
import type { Table } from "../table.ts";
import type { Detail, LeftoverPlace } from "./machine.ts";

/** From where places of leftovers are built. */
export interface Surroundings {
  /** The machine. */
  readonly host: Host;
  /** Whose leftovers are looked for. */
  readonly viewer: Viewer;
  /** The viewer's own environment. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The text of a small file, where a vendor's own list tells the places. */
  file(path: string): string | undefined;
}

/** Claims what processes leave on disk. `leftoverFamily` (src/leftovers/remains.ts) makes one of data. */
export interface LeftoverMatcher {
  /** Its name, which is its file's. */
  readonly name: string;
  /** One line for `plugins`. */
  readonly summary: string;
  /** It is told of, and removed only where `--only` names it. */
  readonly onlyWhenNamed?: boolean;
  /** Details of the person's processes that it reads; read once something of the family was found. */
  readonly needs?: readonly Detail[];
  /** Environment variables it reads. */
  readonly variables?: readonly string[];
  /** Where this family may lie on a machine. */
  places(around: Surroundings): readonly LeftoverPlace[];
  /** Entries of such names lie beside those of all other families. */
  readonly beside?: Pick<LeftoverPlace, "entry" | "kind" | "reads">;
  /** The pid that it names as its owner, if it is of this family and names one. */
  owner?(leftover: Leftover): number | undefined;
  /** What proves it stale, or why it stays. Undefined: not of this family. */
  judge(leftover: Leftover, table: Table): LeftoverJudgement | undefined;
}

/** A leftover's verdict with its reason. */
export interface LeftoverJudgement {
  /** The agent family's name. */
  readonly family: string;
  /** What was decided; `leftover` when its owner is provably gone. */
  readonly verdict: "leftover" | "owned" | "spared" | "unsure";
  /** One clause for people. */
  readonly because: string;
}
