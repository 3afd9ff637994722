/**
 * SQLite as each runtime brings it along, loaded when there is a database to open: `bun:sqlite`, else
 * `node:sqlite` (Deno, and Node from 22.13 on).
 *
 * @module
 */

/** What is bound to a statement, and what comes back in a row. */
export type Value = string | number | null;
/** One row, by column. */
export type Row = Readonly<Record<string, Value>>;

/** One open database. Everything is synchronous, and throws what SQLite says. */
export interface Sql {
  /** Statements without values. */
  exec(statements: string): void;
  /** One statement; how many rows it changed. */
  run(statement: string, ...values: readonly Value[]): number;
  /** One query. */
  all(query: string, ...values: readonly Value[]): Row[];
  close(): void;
}

/** How to open a file that is there; none is ever made. */
export interface Opening {
  readonly readOnly: boolean;
}

/** The driver of this runtime, or undefined where it has none (Node before 22.13). */
export function sqlite(): ((path: string, opening: Opening) => Sql) | undefined {
  if (typeof Bun !== "undefined") return openWithBun;
  const module = process.getBuiltinModule("node:sqlite");
  return module === undefined ? undefined : (path, { readOnly }) => openWithNode(module, path, readOnly);
}

function openWithBun(path: string, { readOnly }: Opening): Sql {
  const { Database } = require("bun:sqlite") as typeof import("bun:sqlite");
  const database = readOnly
    ? new Database(path, { readonly: true })
    : new Database(path, { readwrite: true, create: false });
  return {
    exec: (statements) => void database.run(statements),
    run: (statement, ...values) => database.query(statement).run(...values).changes,
    all: (query, ...values) => database.query(query).all(...values) as Row[],
    close: () => database.close(),
  };
}

function openWithNode(module: typeof import("node:sqlite"), path: string, readOnly: boolean): Sql {
  const database = new module.DatabaseSync(path, { readOnly });
  return {
    exec: (statements) => database.exec(statements),
    run: (statement, ...values) => Number(database.prepare(statement).run(...values).changes),
    all: (query, ...values) => database.prepare(query).all(...values) as Row[],
    close: () => database.close(),
  };
}
