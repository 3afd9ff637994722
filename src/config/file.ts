/**
 * The configuration's file, and whether it is to be trusted.
 *
 * @module
 */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { readAtRest } from "../at-rest.ts";
import { Complaint, meaningOf } from "../complaint.ts";
import { configPath, isNamed } from "../config-place.ts";
import { ParseError } from "../errors.ts";
import { isOpenToOthers } from "../ownership.ts";

/** Variables of the environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where it lies, and what stands in it; no text where there is none. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string | undefined;
}

/**
 * Reads it.
 *
 * @throws {ParseError} When it cannot be read, others can change it, or it was named and is not there.
 */
export function readConfigFile(platform: NodeJS.Platform, home: string, variables: Variables): ConfigFile {
  const path = configPath(platform, home, variables);
  // The way in which people tell any program that it is to have none.
  if (path === "/dev/null") return { path, text: undefined };
  let found: ReturnType<typeof readAtRest>;
  try {
    found = readAtRest(path);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") {
      if (isNamed(variables)) {
        throw new ParseError(`AGENT_REAPER_CONFIG=${path}: no such file: correct it, or unset it`);
      }
      refuseLost(path);
      return { path, text: undefined };
    }
    if (error instanceof ParseError) throw error;
    if (error instanceof Complaint) {
      throw new ParseError(
        isNamed(variables) ? `AGENT_REAPER_CONFIG=${path}: is no regular file: correct it, or unset it` : error.message,
      );
    }
    throw new ParseError(`${path}: cannot be read (${meaningOf(error)}): make it readable or remove it`);
  }
  if (platform !== "win32") refuseAnybodys(path, found.facts);
  return { path, text: found.bytes.toString() };
}

/** Whoever links to it has one, and it is on a disk that is not there at the moment. */
function refuseLost(path: string): void {
  const there = [path, ...directoriesAbove(path)].find((at) => lstatSync(at, { throwIfNoEntry: false }) !== undefined);
  if (there === undefined || statSync(there, { throwIfNoEntry: false }) !== undefined) return;
  throw new ParseError(`${there} is a link that leads nowhere: put back what it led to, or remove it`);
}

/** Whoever can change the file, or put another in its place, decides what is ended, so they must be allowed to. */
function refuseAnybodys(path: string, { uid, gid, mode }: Stats): void {
  if (isOpenToOthers({ uid, gid, mode: mode & 0o777 })) {
    throw new ParseError(`${path}: others can change it: chmod go-w it`);
  }
  // By its name, and behind whatever links lead there.
  const open = [path, realpathSync(path)].flatMap(directoriesAbove).find((directory) =>
    isOpenToOthers(statSync(directory))
  );
  if (open === undefined) return;
  throw new ParseError(`${path}: others can change ${open}: chmod go-w it, or move the file`);
}

/** The directories that a path leads through, the nearest first. */
function directoriesAbove(path: string): string[] {
  const directory = dirname(path);
  return directory === path ? [] : [directory, ...directoriesAbove(directory)];
}
