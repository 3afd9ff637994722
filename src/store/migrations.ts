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
  {
    number: 2,
    what: "the ledger: runs, what they did and why, how the machine was doing",
    // A change that a server has not seen yet is told by its revision: what changes while it is on its way stays due.
    statements: `
      CREATE TABLE runs (
        id TEXT NOT NULL PRIMARY KEY,
        at INTEGER NOT NULL,
        command TEXT NOT NULL,
        version TEXT NOT NULL,
        host TEXT NOT NULL,
        boot TEXT NOT NULL,
        pid INTEGER NOT NULL,
        ended_at INTEGER,
        seen INTEGER,
        orphans INTEGER,
        error TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX runs_at ON runs (at);
      CREATE TABLE actions (
        id TEXT NOT NULL PRIMARY KEY,
        run TEXT NOT NULL,
        at INTEGER NOT NULL,
        action TEXT NOT NULL,
        boot TEXT NOT NULL,
        namespace TEXT,
        pid INTEGER,
        start TEXT,
        path TEXT,
        name TEXT,
        argv TEXT,
        started_at INTEGER,
        rss_bytes INTEGER,
        root_pid INTEGER,
        matcher TEXT,
        family TEXT,
        role TEXT,
        verdict TEXT,
        confidence TEXT,
        because TEXT,
        gates TEXT,
        attempts INTEGER NOT NULL DEFAULT 1,
        outcome TEXT,
        outcome_at INTEGER,
        outcome_run TEXT,
        outcome_because TEXT,
        grip TEXT,
        freed_bytes INTEGER,
        revision INTEGER NOT NULL DEFAULT 1,
        delivered INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX actions_at ON actions (at);
      CREATE INDEX actions_pid ON actions (pid);
      CREATE INDEX actions_open ON actions (id) WHERE outcome IS NULL;
      CREATE INDEX actions_due ON actions (id) WHERE delivered < revision;
      CREATE TABLE health (
        id TEXT NOT NULL PRIMARY KEY,
        at INTEGER NOT NULL,
        status TEXT NOT NULL,
        details TEXT NOT NULL,
        action_taken TEXT,
        delivered INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX health_at ON health (at);
      CREATE INDEX health_due ON health (id) WHERE delivered = 0;
      CREATE TABLE totals (
        name TEXT NOT NULL,
        label TEXT NOT NULL,
        value INTEGER NOT NULL,
        PRIMARY KEY (name, label)
      ) STRICT, WITHOUT ROWID;
      CREATE TRIGGER outcome_told AFTER UPDATE OF outcome ON actions WHEN NEW.outcome IS NOT OLD.outcome BEGIN
        INSERT INTO totals VALUES ('outcomes', NEW.outcome, 1) ON CONFLICT DO UPDATE SET value = value + 1;
        INSERT INTO totals
          SELECT 'freed', CASE WHEN NEW.path IS NULL THEN 'memory' ELSE 'disk' END,
            ifnull(CASE WHEN NEW.path IS NULL THEN NEW.rss_bytes ELSE NEW.freed_bytes END, 0)
          WHERE NEW.outcome IN ('ended', 'killed', 'removed')
          ON CONFLICT DO UPDATE SET value = value + excluded.value;
      END;
      CREATE TRIGGER run_told AFTER INSERT ON runs BEGIN
        INSERT INTO totals VALUES ('runs', NEW.command, 1) ON CONFLICT DO UPDATE SET value = value + 1;
      END;
      CREATE TABLE spool (
        file TEXT NOT NULL PRIMARY KEY,
        offset INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
];
