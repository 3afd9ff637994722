/**
 * The schema, as the steps that made it. A step that has been released is never changed: a new one
 * follows it.
 *
 * @module
 */

/** One step. */
export interface Migration {
  readonly number: number;
  /** What it is for, for whoever looks into the database. */
  readonly what: string;
  readonly statements: string;
}

/** All steps, in their order. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    what: "the registry: processes that hosts started, and their sessions",
    // An expression in the index: of two unknown namespaces each would else be another one.
    statements: `
      CREATE TABLE registered (
        boot TEXT NOT NULL,
        namespace TEXT,
        pid INTEGER NOT NULL,
        start TEXT NOT NULL,
        ppid INTEGER,
        kind TEXT NOT NULL,
        command TEXT,
        cwd TEXT,
        originator_tool TEXT NOT NULL,
        originator_pid INTEGER NOT NULL,
        originator_start TEXT,
        session TEXT,
        containment TEXT NOT NULL CHECK (containment IN ('contained', 'detached')),
        registered_at INTEGER NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX registered_identity ON registered (boot, ifnull(namespace, ''), pid, start);
      CREATE TABLE sessions (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        boot TEXT NOT NULL,
        namespace TEXT,
        cwd TEXT,
        originator_tool TEXT NOT NULL,
        originator_pid INTEGER NOT NULL,
        originator_start TEXT,
        started_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
];
