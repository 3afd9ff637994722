/**
 * What can be wrong with the database, in one line for people. Nobody repairs, moves or overwrites it:
 * that is for the person to decide.
 *
 * @module
 */
import { Complaint, EXIT, meaningOf } from "../complaint.ts";
import { errorText } from "../errors.ts";
import { visible } from "../text.ts";

/** The database cannot be used now. Whoever can go on without it catches this and says its line. */
export class StoreTrouble extends Complaint {
  override readonly name: string = "StoreTrouble";

  constructor(message: string) {
    super(message, EXIT.cannotWorkHere);
  }
}

/** The line: which file, what is wrong with it, what helps. */
export function trouble(path: string, what: string, remedy: string): StoreTrouble {
  return new StoreTrouble(`${visible(path)}: ${what}: ${remedy}`);
}

const SPACE = "make room on the disk; what was confirmed before is kept";
const MOVE = "move it away to begin a new one";
/** What is not known to be damaged is whole: it may hold who must not be touched. */
const AGAIN = "try again later";

/** By SQLite's own words (sqlite3_errstr): all drivers give these, and not all give the number. */
const SAID: readonly (readonly [said: RegExp, what: string, remedy: string])[] = [
  [/database (?:table )?is locked/, "another program has locked it", "try again when that has ended"],
  [/file is not a database/, "it is damaged, or no database", MOVE],
  [/disk image is malformed|malformed database schema/, "it is damaged", MOVE],
  [/readonly database|read-only database/, "it can only be read", "make it and its directory writable"],
  [/unable to open database/, "it cannot be opened", "make it and its directory writable"],
  [/database or disk is full/, "no space is left on the device", SPACE],
  [/locking protocol/, "no lock is to be had on it", "name a place on a disk of this machine in AGENT_REAPER_STATE"],
  [/out of memory/, "no memory left", AGAIN],
  [/disk I\/O error/, "an input or output error", "look after the disk (is it full?)"],
  // A file that was cut off, or written into: columns and tables that the schema has are not there.
  [/no such (?:table|column)/, "it is damaged", MOVE],
];

/** What a database or the system said, as trouble. What is no such thing is thrown on as it is. */
export function troubleOf(error: unknown, path: string): StoreTrouble {
  if (error instanceof StoreTrouble) return error;
  const message = errorText(error);
  const known = SAID.find(([said]) => said.test(message));
  if (known !== undefined) return trouble(path, known[1], known[2]);
  if (error instanceof Complaint) return new StoreTrouble(error.message);
  if (isOfSqlite(error)) return trouble(path, visible(message), AGAIN);
  if ((error as { code?: unknown }).code === undefined) throw error;
  return trouble(path, meaningOf(error), "make it readable and writable for you alone");
}

function isOfSqlite(error: unknown): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === "SQLiteError" || code === "ERR_SQLITE_ERROR";
}
