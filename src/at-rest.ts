/**
 * A file that a person writes by hand, read when nobody is writing it. Editors empty a file before they fill it, or move it
 * away before they put the new one there: for a moment it says nothing, and what it said before is lost.
 *
 * @module
 */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { ParseError } from "./errors.ts";
import { readRegular } from "./regular-file.ts";

/** A moment later whoever was writing has written. */
const MOMENT_MS = 100;
/** Some seconds. */
const MOST_MOMENTS = 50;

/** For tests. */
export interface Waiting {
  readonly now?: () => number;
  readonly pause?: (ms: number) => void;
}

/**
 * What is in a file that has not changed for a moment.
 *
 * @throws {Error} `ENOENT`: there is none, and was none a moment ago.
 * @throws {ParseError} When it never comes to rest.
 */
export function readAtRest(
  path: string,
  { now = Date.now, pause = Bun.sleepSync }: Waiting = {},
): ReturnType<typeof readRegular> {
  for (let moments = 0; moments < MOST_MOMENTS; moments++) {
    let found: ReturnType<typeof readRegular> | Error;
    let changedAt: number | undefined;
    try {
      found = readRegular(path);
      changedAt = found.facts.mtimeMs;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      found = error as Error;
      changedAt = statSync(dirname(path), { throwIfNoEntry: false })?.mtimeMs;
    }
    const restMs = changedAt === undefined ? MOMENT_MS : now() - changedAt;
    // What was changed later than now tells nothing: a clock was set back, or another machine wrote it.
    if (restMs < 0 || restMs >= MOMENT_MS) {
      if (found instanceof Error) throw found;
      return found;
    }
    // A part of a millisecond is none to the runtime.
    pause(Math.ceil(MOMENT_MS - restMs));
  }
  throw new ParseError(`${path}: is written to all the time: look who does`);
}
