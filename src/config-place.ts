/**
 * Where the person's configuration lies, and whether there is one for certain. Asked by every sweep, so it loads nothing:
 * most people have none, and node:fs alone takes longer to load than a sweep takes to read the adopted.
 *
 * @module
 */
import type { Machine } from "./contract.ts";
import { ParseError } from "./errors.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether the person named another place. */
export function isNamed(variables: Variables): boolean {
  return (variables["AGENT_REAPER_CONFIG"] ?? "") !== "";
}

/** Where the configuration lies. */
export function configPath(platform: NodeJS.Platform, home: string, variables: Variables): string {
  const named = variables["AGENT_REAPER_CONFIG"];
  if (named !== undefined && isNamed(variables)) {
    // From a variable that outlives a change of directory a relative path would lead to anybody's file.
    if (platform === "win32" ? /^(?:[A-Za-z]:)?[\\/]/.test(named) : named.startsWith("/")) return named;
    throw new ParseError(`AGENT_REAPER_CONFIG=${named}: write an absolute path`);
  }
  if (platform === "win32") return `${variables["APPDATA"] ?? `${home}\\AppData\\Roaming`}\\agent-reaper\\config.toml`;
  const base = variables["XDG_CONFIG_HOME"];
  // The XDG specification: a relative path is to be ignored. It would lead into the current directory.
  return `${base?.startsWith("/") ? base : `${home}/.config`}/agent-reaper/config.toml`;
}

/** Whether it is certain that there is none. Where it is not, whoever reads it tells what stands in the way. */
export function isUnconfigured({ host, viewer, lacks }: Machine, variables: Variables): boolean {
  if (lacks === undefined || host.platform === "win32" || isNamed(variables)) return false;
  const path = configPath(host.platform, viewer.home, variables);
  const directory = directoryOf(path);
  for (const at of [directory, directoryOf(directory), directoryOf(directoryOf(directory))]) {
    if (lacks(at)) continue;
    // A link that leads nowhere, as to a disk that is not there at the moment, is no directory without one.
    return !lacks(`${at}/.`) && lacks(path);
  }
  return false;
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
