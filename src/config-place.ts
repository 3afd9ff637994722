/**
 * Where the person's configuration lies, and whether there is one for certain. Asked by every sweep, so it loads nothing:
 * most people have none, and node:fs alone takes longer to load than a sweep takes to read the adopted.
 *
 * @module
 */
import type { Machine } from "./contract.ts";
import { ParseError } from "./errors.ts";
import { configPlace } from "./unattended.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether the person named another place. */
export function isNamed(variables: Variables): boolean {
  return (variables["AGENT_REAPER_CONFIG"] ?? "") !== "";
}

/**
 * Where the configuration lies.
 *
 * @throws {ParseError} When the person named a place by a relative path.
 */
export function configPath(platform: NodeJS.Platform, home: string, variables: Variables): string {
  const path = configPlace(platform, home, variables);
  if (path !== undefined) return path;
  throw new ParseError(`AGENT_REAPER_CONFIG=${variables["AGENT_REAPER_CONFIG"]}: write an absolute path`);
}

/** Whether it is certain that there is none. Where it is not, whoever reads it tells what stands in the way. */
export function isUnconfigured({ host, viewer, lacks }: Machine, variables: Variables): boolean {
  if (lacks === undefined || host.platform === "win32" || isNamed(variables)) return false;
  const path = configPath(host.platform, viewer.home, variables);
  const directory = directoryOf(path);
  for (const at of [directory, directoryOf(directory), directoryOf(directoryOf(directory))]) {
    if (lacks(at)) continue;
    // Where it would lie it may lie again in a moment.
    if (at === directory) return false;
    // A link that leads nowhere, as to a disk that is not there at the moment, is no directory without one.
    return !lacks(`${at}/.`) && lacks(path);
  }
  return false;
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
