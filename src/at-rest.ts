/**
 * A file that a person writes by hand, read when nobody is writing it. Editors empty a file before they fill it, or move it
 * away before they put the new one there: for a moment it says nothing, and what it said before is lost.
 *
 * @module
 */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { standStill } from "./clock.ts";
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

/** What stood there at one look. */
interface Look {
  readonly found: ReturnType<typeof readRegular> | Error;
  readonly changedAt: number | "not told" | undefined;
  /** The same at two looks: nothing was written between them. */
  readonly mark: string;
}

/**
 * What is in a file that has not changed for a moment.
 *
 * @throws {Error} `ENOENT`: there is none, and was none a moment ago.
 * @throws {ParseError} When it never comes to rest.
 */
export function readAtRest(
  path: string,
  { now = Date.now, pause = standStill }: Waiting = {},
): ReturnType<typeof readRegular> {
  let before: string | undefined;
  for (let moments = 0; moments < MOST_MOMENTS; moments++) {
    const { found, changedAt, mark } = lookAt(path);
    const restMs = changedAt === undefined ? MOMENT_MS : changedAt === "not told" ? 0 : now() - changedAt;
    if (restMs >= MOMENT_MS || mark === before) {
      if (found instanceof Error) throw found;
      return found;
    }
    before = mark;
    // What was changed later than now (a clock was set back, another machine wrote it, or it was in this very millisecond) is
    // looked at once more. A part of a millisecond is none to the runtime.
    pause(Math.ceil(Math.min(MOMENT_MS - restMs, MOMENT_MS)));
  }
  throw new ParseError(`${path}: is written to all the time: look who does`);
}

function lookAt(path: string): Look {
  try {
    const found = readRegular(path);
    const { ino, size, mtimeMs } = found.facts;
    // While a file is emptied it has its old time still: some file systems set the new one last (ext4).
    return { found, changedAt: found.bytes.length === 0 ? "not told" : mtimeMs, mark: `${ino} ${size} ${mtimeMs}` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // What else is written in its directory changes the time of that.
    const changedAt = statSync(dirname(path), { throwIfNoEntry: false })?.mtimeMs;
    return { found: error as Error, changedAt, mark: "none" };
  }
}
