/**
 * This machine, as hooks are put into it.
 *
 * @module
 */
import { realpathSync } from "node:fs";
import { findGit } from "../../plugins/backends/_programs/git.ts";
import { Complaint } from "../complaint.ts";
import type { Machine } from "../contract.ts";
import { openMachine } from "../machine.ts";
import { ownProgram } from "../ourselves.ts";
import { builtin } from "../plugins.ts";
import { statePath } from "../unattended.ts";
import type { Site } from "./deed.ts";

/** What a person typed besides. */
export interface SiteOptions {
  readonly project?: string;
  readonly file?: string;
}

/** Uses the site, and gives the machine back. */
export async function onSite<T>(
  options: SiteOptions,
  use: (site: Site, machine: Machine) => T | Promise<T>,
): Promise<T> {
  const machine = openMachine(builtin());
  try {
    return await use(siteOf(machine, options), machine);
  } finally {
    machine.close();
  }
}

/** The same for a machine that is open already. */
export function siteOf(machine: Machine, { project, file }: SiteOptions = {}): Site {
  const { host, viewer } = machine;
  return {
    host,
    viewer,
    variables: process.env,
    file: (path) => machine.file(path),
    state: statePath(process.platform, viewer.home, process.env),
    program: ownProgram() ?? "",
    git: findGit(process.env),
    ...(project === undefined ? {} : { project: absolute(project) }),
    ...(file === undefined ? {} : { startup: file }),
  };
}

/** What a hook starts must be one program at one place: run from sources there is none. */
export function needProgram(): string {
  const path = ownProgram();
  if (path === undefined) throw new Complaint("hook: hooks start the compiled program: make it with ./compile.sh");
  return path;
}

function absolute(typed: string): string {
  try {
    return realpathSync(typed);
  } catch {
    return typed;
  }
}
