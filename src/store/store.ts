/**
 * The one database of the person's, in the state directory. It survives a kill -9 at any instant and
 * any number of writers; where it cannot be used it says so, and whoever can goes on without it.
 *
 * @module
 */
import { closeSync, fchownSync, lstatSync, openSync } from "node:fs";
import { standStill } from "../clock.ts";
import type { Viewer } from "../contract.ts";
import { errorText } from "../errors.ts";
import { prepareState } from "../state.ts";
import { type Migration, MIGRATIONS } from "./migrations.ts";
import { storePath } from "./file.ts";
import { type Row, type Sql, sqlite, type Value } from "./sql.ts";
import { trouble, troubleOf } from "./trouble.ts";

/** In the database's header (`PRAGMA application_id`): "agre". Others' databases are not touched. */
const APPLICATION = 0x61677265;
/** Twenty that write at once are done in far less. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 5;

/** How to open the database. */
export interface StoreOptions {
  /** Where the state lies (`statePath`). */
  readonly directory: string;
  /** Whose it is. */
  readonly viewer: Pick<Viewer, "uid">;
  /** How long to wait for others that have locked it. */
  readonly patienceMs?: number;
  /**
   * It is closed again soon. So where the disk is full it may be read with nobody beside us: that takes no room, and what
   * readers share does.
   */
  readonly briefly?: boolean;
  /** For tests of older and newer schemas. */
  readonly migrations?: readonly Migration[];
}

/** The open database. Every failure is a StoreTrouble. */
export class Store {
  readonly path: string;
  /** It can only be read. */
  readonly readOnly: boolean;
  #sql: Sql;

  /**
   * Opens the database and brings its schema up to date; makes it where there is none.
   *
   * @throws {StoreTrouble} When it cannot be used.
   */
  constructor(options: StoreOptions) {
    this.path = storePath(options.directory);
    const patienceMs = options.patienceMs ?? PATIENCE_MS;
    const migrations = options.migrations ?? MIGRATIONS;
    try {
      // Where nothing can be kept nothing is made.
      driverFor(this.path);
      prepareState(options.directory, options.viewer);
      const found = prepareFile(this.path, options.viewer);
      this.readOnly = found === "only to be read";
      this.#sql = open(this.path, this.readOnly);
    } catch (error) {
      throw troubleOf(error, this.path);
    }
    const begin = (alone: boolean) => this.#begin(patienceMs, migrations, alone);
    try {
      begin(false);
    } catch (error) {
      this.#sql.close();
      if (options.briefly !== true || !hasNoRoom(error)) throw troubleOf(error, this.path);
      this.#again(() => begin(true));
    }
  }

  #begin(patienceMs: number, migrations: readonly Migration[], alone: boolean): void {
    this.#sql.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    if (alone) this.#sql.exec("PRAGMA locking_mode = EXCLUSIVE");
    // First of all: another program's database is not changed, not even in its mode.
    const version = this.#versionAtOnce(migrations);
    if (!this.readOnly) prepareDatabase(this.#sql, patienceMs);
    if (version < newestOf(migrations)) this.#bringUpToDate(migrations);
  }

  #again(begin: () => void): void {
    try {
      this.#sql = open(this.path, this.readOnly);
      begin();
    } catch (error) {
      this.#sql.close();
      throw troubleOf(error, this.path);
    }
  }

  /** One statement in a transaction of its own; how many rows it changed. When this returns, it is kept. */
  run(statement: string, ...values: readonly Value[]): number {
    return this.#tried(() => this.#sql.run(statement, ...values));
  }

  /** One query. */
  all(query: string, ...values: readonly Value[]): Row[] {
    return this.#tried(() => this.#sql.all(query, ...values));
  }

  /** One query, each of its rows read; one that cannot be what we wrote is damage. */
  read<T>(query: string, read: (row: Row) => T, ...values: readonly Value[]): T[] {
    const rows = this.all(query, ...values);
    try {
      return rows.map(read);
    } catch {
      throw trouble(this.path, "it is damaged", "move it away to begin a new one");
    }
  }

  /** All of it or nothing. When this returns, it is kept. */
  transaction<T>(work: () => T): T {
    return this.#tried(() => {
      // At once for writing: one that reads first and writes then can lose its turn in between.
      this.#sql.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.#sql.exec("COMMIT");
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  close(): void {
    this.#sql.close();
  }

  #tried<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw troubleOf(error, this.path);
    }
  }

  #rollBack(): void {
    try {
      this.#sql.exec("ROLLBACK");
    } catch {
      // SQLite has done so already (full disk, damage).
    }
  }

  #bringUpToDate(migrations: readonly Migration[]): void {
    if (this.readOnly) {
      throw trouble(this.path, "it is of an older version and can only be read", "make it writable");
    }
    this.transaction(() => {
      // Another program may have been faster.
      const version = this.#version(migrations);
      if (version === 0) {
        this.#sql.exec(`PRAGMA application_id = ${APPLICATION}`);
        this.#sql.exec("CREATE TABLE migrations (number INTEGER PRIMARY KEY, what TEXT NOT NULL) STRICT");
      }
      for (const { number, what, statements } of migrations) {
        if (number <= version) continue;
        this.#sql.exec(statements);
        this.#sql.run("INSERT INTO migrations VALUES (?, ?)", number, what);
      }
    });
  }

  /** In one transaction: what is asked first and what is asked last are of the same moment. */
  #versionAtOnce(migrations: readonly Migration[]): number {
    this.#sql.exec("BEGIN");
    try {
      return this.#version(migrations);
    } finally {
      this.#rollBack();
    }
  }

  /** The last step that was taken; 0 for an empty database. */
  #version(migrations: readonly Migration[]): number {
    const id = this.#sql.all("PRAGMA application_id")[0]?.["application_id"];
    if (id !== APPLICATION) {
      const tables = this.#sql.all("SELECT count(*) AS tables FROM sqlite_schema")[0]?.["tables"];
      if (id === 0 && tables === 0) return 0;
      throw trouble(this.path, "it is another program's database", "name another place in AGENT_REAPER_STATE");
    }
    const version = this.#sql.all("SELECT max(number) AS version FROM migrations")[0]?.["version"];
    if (typeof version !== "number") {
      throw trouble(this.path, "it is damaged", "move it away to begin a new one");
    }
    const newest = newestOf(migrations);
    if (version > newest) {
      throw trouble(
        this.path,
        `a newer agent-reaper wrote it (schema ${version}, this one knows ${newest})`,
        "use that one, or name another place in AGENT_REAPER_STATE",
      );
    }
    return version;
  }
}

/** What readers share could not be made. SQLite says no more of it. */
function hasNoRoom(error: unknown): boolean {
  return /disk I\/O error/.test(errorText(error));
}

function newestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.number ?? 0;
}

function open(path: string, readOnly: boolean): Sql {
  return driverFor(path)(path, { readOnly });
}

function driverFor(path: string): NonNullable<ReturnType<typeof sqlite>> {
  const driver = sqlite();
  if (driver === undefined) {
    throw trouble(path, `this runtime (${runtime()}) has no SQLite`, "use Node from 22.13 on, Bun or Deno");
  }
  return driver;
}

function runtime(): string {
  return `Node ${process.versions.node}`;
}

/**
 * In WAL mode readers wait for nobody, and what was committed is in the operating system's hands: it
 * outlives us however we end. `synchronous = NORMAL` leaves out the wait for the disk at each commit: only
 * a machine that loses its power can lose the last records then, and of a registry of processes a boot
 * that is over is worth nothing.
 */
function prepareDatabase(sql: Sql, patienceMs: number): void {
  const until = performance.now() + patienceMs;
  while (sql.all("PRAGMA journal_mode")[0]?.["journal_mode"] !== "wal") {
    try {
      sql.all("PRAGMA journal_mode = WAL");
      break;
    } catch (error) {
      // The change of mode does not wait as all else does (sqlite3_busy_handler is not asked).
      if (!/is locked/.test((error as Error).message) || performance.now() > until) throw error;
      standStill(PAUSE_MS);
    }
  }
  sql.exec("PRAGMA synchronous = NORMAL");
}

/**
 * Makes the file where there is none, with the person as its owner, and makes sure that it is theirs. Looked at
 * without opening it: closing a second descriptor of a file gives up all locks that SQLite holds on it (fcntl(2)).
 */
function prepareFile(path: string, { uid }: Pick<Viewer, "uid">): "usable" | "only to be read" {
  const isRoot = process.geteuid?.() === 0;
  try {
    const fd = openSync(path, "wx", 0o600);
    if (isRoot && typeof uid === "number" && uid !== 0) fchownSync(fd, uid, -1);
    closeSync(fd);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (code !== "EEXIST" && !(isThere && (code === "EROFS" || code === "EACCES"))) throw error;
  }
  const found = lstatSync(path);
  if (!found.isFile()) throw trouble(path, "it is no file", "move it away");
  if (process.platform === "win32") return "usable";
  if (found.uid !== uid) throw trouble(path, `it belongs to another user (${found.uid})`, "move it away");
  if ((found.mode & 0o022) !== 0) throw trouble(path, "others can write to it", "chmod 600 it");
  return (found.mode & 0o200) === 0 && !isRoot ? "only to be read" : "usable";
}
