/**
 * What decides: matchers claim, guards spare, proofs convict. All of it is pure: it reads the table and nothing else, no
 * clock, no file, no order of plugins. How they compose: claims are gathered, one objection spares, evidence adds up.
 *
 * @module
 */
import type { Policy } from "../policy.ts";
import type { Process } from "../process.ts";
import type { Standing } from "../registry/standing.ts";
import type { Table } from "../table.ts";
import type { Detail } from "./machine.ts";

/** What part a process plays in an agent's life. It decides what its lifeline is. */
export type Role = "agent" | "one-shot" | "wrapper" | "server" | "worker" | "shell" | "browser" | "daemon";

/**
 * What a process needs somebody at the other end of.
 *
 * - `stdio`: it is asked on stdin and answers on stdout; either end gone and nobody is there.
 * - `output`: somebody waits for what it writes; its stdin may be closed from the start.
 * - `terminal`: a person in front of a terminal.
 * - `none`: by itself it tells nothing (background daemons).
 * - `network`: somebody asks it elsewhere, from another machine or at its own socket, and no stream of it tells whether they do.
 */
export type Lifeline = "stdio" | "output" | "terminal" | "none" | "network";

/** "This process belongs to that family, and this is how I know." */
export interface Claim {
  /** The agent family's name. */
  readonly family: string;
  /** What part it plays there. */
  readonly role: Role;
  /** One clause for people: what was seen and where. */
  readonly because: string;
  /** Only where it is not the usual one of the role. */
  readonly lifeline?: Lifeline;
  /**
   * Meant to outlive whoever started it (a background daemon, a server on a port): a parent that is
   * gone says nothing, not even where nothing else can be told.
   */
  readonly shared?: boolean;
  /**
   * Put in the background by whoever started it, which ended at once: it never had a parent to lose. That one is gone
   * says nothing; a dead owner does.
   */
  readonly detached?: boolean;
  /**
   * Claimed as debris: by an agent's marker, a deleted directory and a dead owner together. Such a
   * claim already holds the proof; the environment never claims by itself.
   */
  readonly debris?: boolean;
}

/** Whom a matcher may want to look at, from the short name alone: a filter before the dear reads, never a claim. */
export type NameHint = string | RegExp;

/** Claims processes for an agent family. */
export interface Matcher {
  /** Its name, which is its file's. */
  readonly name: string;
  /** One line for `plugins`. */
  readonly summary: string;
  /** Which short names to read arguments for when a process is not at an adopter anyway; `node` is all that node goes by. */
  readonly hints: readonly NameHint[];
  /**
   * Texts of which one stands in the executable or an argument of whatever it claims, or of its parent, in whatever
   * case: it is asked about nobody else. Without them (and without marks) it is asked about every suspect.
   */
  readonly words?: readonly string[];
  /** They stand in its own executable or arguments: it claims nobody for a parent's. */
  readonly ownWords?: true;
  /** Environment variables of which one is set in whatever it claims by no word: it is asked about nobody else. */
  readonly marks?: readonly string[];
  /**
   * Its processes start others of their own short name by the hundred (browsers): below one of the same
   * name the hints are not followed, for the topmost is judged for all.
   */
  readonly multiplies?: boolean;
  /** Details that it reads. */
  readonly needs: readonly Detail[];
  /** Environment variables it reads. */
  readonly variables?: readonly string[];
  /** What it needs beside, once it has seen the rest: dear details for the few that are worth it. */
  alsoNeeds?(process: Process): readonly Detail[];
  /** The claim on this process, or undefined when it is none of the family. */
  claim(process: Process, table: Table): Claim | undefined;
}

/** A reason to spare. `unsure` where the guard could not tell and the fact would have mattered. */
export interface Objection {
  /** Whether it spares, or could not tell. */
  readonly stands: "spare" | "unsure";
  /** One clause for people: what was seen. */
  readonly because: string;
}

/** A reason to spare what would otherwise be ended. One hit is enough. */
export interface Guard {
  /** Its name, which is its file's. */
  readonly name: string;
  /** One line for `plugins`. */
  readonly summary: string;
  /** Asked of the root alone, or of every member of its tree (a hit below the root makes the tree `unsure`). */
  readonly asks: "root" | "every member";
  /** Details that it reads. */
  readonly needs: readonly Detail[];
  /** Environment variables that it reads. */
  readonly variables?: readonly string[];
  /** Files that it wants to read for this process; they land in the snapshot. */
  files?(process: Process, table: Table): readonly string[];
  /** What stands against ending this process, or undefined. */
  object(process: Process, context: Context): Objection | undefined;
}

/** Something positive that nobody is there any more. */
export interface Evidence {
  /** One strong is enough; of weak ones it takes two. */
  readonly strength: "strong" | "weak";
  /** One clause for people: what was seen. */
  readonly because: string;
}

/** Looks for one kind of evidence. Proofs are part of the core, written like plugins. */
export interface Proof {
  /** Its name, which is its file's. */
  readonly name: string;
  /** One line for `plugins`. */
  readonly summary: string;
  /** Details that it reads. */
  readonly needs: readonly Detail[];
  /** Environment variables that it reads. */
  readonly variables?: readonly string[];
  /** Files that it wants to read for this process; they land in the snapshot. */
  files?(process: Process, table: Table): readonly string[];
  /** The evidence about this root, or undefined: none, or it cannot be told. */
  find(root: Process, context: Context): Evidence | undefined;
}

/** What a guard or proof may look at beside the process itself. */
export interface Context {
  /** The snapshot with its kinships. */
  readonly table: Table;
  /** What the person asked for. */
  readonly policy: Policy;
  /** The claim on the root of the tree being judged. */
  readonly claim: Claim;
  /** What the claimed role needs somebody at the other end of. */
  readonly lifeline: Lifeline;
  /** The root of the tree being judged. */
  readonly root: Process;
  /** Pids of the tree, the root among them. */
  readonly tree: ReadonlySet<number>;
  /** How the root stands in the registry, where it is registered. */
  readonly registered?: Standing;
  /** True when this pid is known to be an orphan itself: as a holder it is nobody. */
  isOrphan(pid: number): boolean;
  /** True when some agent's matcher knows this pid as one of its own; debris is nobody's own. */
  isAgents(pid: number): boolean;
  /** Whether anybody's display is told: a table may have been taken without. */
  isDisplayTold(): boolean;
}
