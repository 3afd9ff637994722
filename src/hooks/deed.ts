/**
 * What is done with a hook, where, and what that takes: the words in which hooks are planned.
 *
 * @module
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { AskGit } from "../../plugins/backends/_programs/git.ts";
import { Complaint } from "../complaint.ts";
import type { Surroundings } from "../contract.ts";
import { visible } from "../text.ts";
import type { Program } from "./start.ts";
import type { Target } from "./targets.ts";
import type { Change } from "./touch.ts";

/** What is done with a hook. */
export type Deed = "install" | "uninstall";

/** Where hooks go. */
export interface Site extends Surroundings {
  /** The state directory. */
  readonly state: string;
  /** The program to start, by its absolute path. */
  readonly program: string;
  readonly git: AskGit | undefined;
  /** A project, in place of all of the person's. */
  readonly project?: string;
  /** Another start-up file. */
  readonly startup?: string;
}

/** What will be changed, and what the person should know. */
export interface Plan {
  readonly target: Target;
  readonly changes: readonly Change[];
  /** Told once it is done. */
  readonly notes: readonly string[];
  /** Told in place of a change: what the person has to do themselves. */
  readonly advice?: readonly string[];
}

/** How a hook starts the program. */
export function programOf({ program, state }: Pick<Site, "program" | "state">, target: Target): Program {
  return { path: program, mark: markOf(state, target) };
}

/** The file whose mtime says when a hook last ran. */
export function markOf(state: string, target: Target): string {
  return join(state, `ran-${target}`);
}

/** A plan, as whoever knows the target makes it. */
export type Planned = Omit<Plan, "target">;

/** A directory that a person named. */
export function projectOf(typed: string): string {
  if (isDirectory(typed)) return typed;
  throw new Complaint(`--project ${visible(typed)}: there is no such directory: name the project's`);
}

/** Whether there is such a directory, or a link to one. */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
