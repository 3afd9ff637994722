/**
 * The ledger: every run, what it did, why, and what came of it, for a week or as long as is configured. It is fed from the journal,
 * each line once: how far a file has been read is written in the same transaction as what was read.
 *
 * @module
 */
import type { Machine } from "../contract.ts";
import type { HealthSample } from "../health/sample.ts";
import type { JournalRecord } from "../journal/record.ts";
import { pruneSpool, readSpool, spoolFiles } from "../journal/spool.ts";
import { isZombie } from "../process.ts";
import type { Store } from "../store/store.ts";
import { isGuessedBoot } from "../vocabulary/boot.ts";
import { type ActionRow, actionRow, type HealthRow, healthRow, type RunRow, runRow } from "./rows.ts";
import { type HistorySettings, USUAL } from "./settings.ts";

/** However much happens, and however long it is kept. */
export const MOST_ACTIONS = 50_000;
const MOST_RUNS = 50_000;
export const MOST_HEALTH = 20_000;

/** How a ledger is kept. */
export interface LedgerOptions extends Partial<HistorySettings> {
  /** A server is to get it too: what it has not got yet outlives its time. */
  readonly due?: boolean;
  readonly now?: () => number;
}

/** The open ledger. Its failures are the store's. */
export class Ledger {
  readonly store: Store;
  /** How long it is kept. */
  readonly keepMs: number;
  /** Lines of the journal that could not be read, so far. */
  damaged = 0;
  /** Why nothing of a file of the journal was read, so far. */
  readonly troubles: string[] = [];
  readonly #spool: string;
  readonly #now: () => number;
  readonly #due: boolean;

  constructor(store: Store, spool: string, { now, due, keepMs }: LedgerOptions = {}) {
    this.store = store;
    this.keepMs = keepMs ?? USUAL.keepMs;
    this.#spool = spool;
    this.#now = now ?? Date.now;
    this.#due = due ?? false;
  }

  /** Takes over what the journal has got since. */
  ingest(): void {
    const { store } = this;
    if (store.readOnly) return;
    const offsets = new Map(
      store.all("SELECT file, offset FROM spool").map(({ file, offset }) => [String(file), Number(offset)]),
    );
    for (const { file, records, offset, damaged, trouble } of readSpool(this.#spool, offsets)) {
      if (trouble !== undefined) {
        this.troubles.push(trouble);
        continue;
      }
      store.transaction(() => {
        // Somebody else may have been faster, and then it is theirs.
        const [row] = store.all("SELECT offset FROM spool WHERE file = ?", file);
        if ((row?.["offset"] ?? 0) !== (offsets.get(file) ?? 0)) return;
        for (const record of records) this.#take(record);
        store.run(
          "INSERT INTO spool VALUES (?, ?) ON CONFLICT (file) DO UPDATE SET offset = excluded.offset",
          file,
          offset,
        );
      });
      this.damaged += damaged;
    }
    this.prune();
  }

  /** Lets go of what is too old, and of the oldest where there is too much. */
  prune(): void {
    const { store } = this;
    const oldest = this.#now() - this.keepMs;
    const settled = this.#due ? "AND delivered >= revision" : "";
    const sent = this.#due ? "AND delivered = 1" : "";
    store.run(`DELETE FROM actions WHERE at < ? ${settled}`, oldest);
    store.run("DELETE FROM runs WHERE at < ?", oldest);
    store.run(`DELETE FROM health WHERE at < ? ${sent}`, oldest);
    for (const [table, most] of [["actions", MOST_ACTIONS], ["runs", MOST_RUNS], ["health", MOST_HEALTH]] as const) {
      store.run(
        `DELETE FROM ${table} WHERE at < (SELECT at FROM ${table} ORDER BY at DESC LIMIT 1 OFFSET ?)`,
        most,
      );
    }
    // What is read already goes with it, where the journal would keep it longer.
    if (this.keepMs < USUAL.keepMs) pruneSpool(this.#spool, this.#now(), this.keepMs);
    const there = new Set(spoolFiles(this.#spool));
    for (const { file } of store.all("SELECT file FROM spool")) {
      if (!there.has(String(file))) store.run("DELETE FROM spool WHERE file = ?", file as string);
    }
  }

  /**
   * Settles what a run left open that was cut off: gone is gone. Who is still there stays open, for the
   * run that ends it then settles the same action.
   */
  settleCutOff(machine: Pick<Machine, "host" | "list" | "complete">): void {
    if (this.store.readOnly) return;
    const open = this.store.all(
      `SELECT actions.id, actions.boot, namespace, actions.pid, start, actions.path, outcome, runs.pid AS run_pid, runs.at AS run_at, ended_at
       FROM actions LEFT JOIN runs ON runs.id = actions.run WHERE outcome IS NULL OR outcome = 'asked'`,
    );
    if (open.length === 0) return;
    const table = new Map(machine.list("all").map((process) => [process.pid, process]));
    const isWhole = machine.complete?.() !== false;
    for (const row of open) {
      const id = String(row["id"]);
      const wasAsked = row["outcome"] === "asked";
      const boots = [String(row["boot"]), machine.host.bootId];
      // Of a boot that is only guessed the numbers tell.
      if (boots[0] !== boots[1] && !boots.some(isGuessedBoot)) {
        this.#settle(id, "gone", "it was gone when the machine was started anew");
        continue;
      }
      // Numbers of another namespace say nothing here.
      if (row["namespace"] !== (machine.host.pidNamespace ?? null)) continue;
      const actor = table.get(Number(row["run_pid"]));
      const isAtWork = row["ended_at"] === null && actor !== undefined && !isZombie(actor) &&
        (actor.startedAt ?? 0) <= Number(row["run_at"] ?? 0);
      if ((isAtWork && !wasAsked) || row["path"] !== null) continue;
      const found = table.get(Number(row["pid"]));
      const isThere = found === undefined
        ? !isWhole
        : !isZombie(found) && (found.startToken === undefined || found.startToken === row["start"]);
      if (isThere) continue;
      if (wasAsked) this.#settle(id, "ended", "it ended after it was asked");
      else this.#settle(id, "gone", "it was gone at the next look; the run that was to end it was cut off");
    }
  }

  /** How the machine was doing. */
  recordHealth(id: string, at: number, { status, details, actionTaken }: HealthSample): void {
    this.store.run(
      "INSERT OR IGNORE INTO health (id, at, status, details, action_taken) VALUES (?, ?, ?, ?, ?)",
      id,
      at,
      status,
      JSON.stringify(details),
      actionTaken,
    );
  }

  /** What was done, the latest last; of what was done at once, tree by tree. */
  actions({ since, pid }: { readonly since: number; readonly pid?: number }): ActionRow[] {
    const only = pid === undefined ? "" : "AND actions.pid = ?";
    return this.store.read(
      `SELECT actions.*, runs.command, runs.host FROM actions LEFT JOIN runs ON runs.id = actions.run
       WHERE actions.at >= ? ${only}
       ORDER BY actions.at, root_pid, actions.pid <> root_pid, actions.pid, path, actions.id`,
      actionRow,
      since,
      ...(pid === undefined ? [] : [pid]),
    );
  }

  /** Runs, the latest last. */
  runs(since: number): RunRow[] {
    return this.store.read("SELECT * FROM runs WHERE at >= ? ORDER BY at, id", runRow, since);
  }

  /** How the machine was doing, the latest last. */
  health(since: number): HealthRow[] {
    return this.store.read("SELECT * FROM health WHERE at >= ? ORDER BY at, id", healthRow, since);
  }

  /** Counts since the ledger was begun; they only grow. */
  totals(): readonly { readonly name: string; readonly label: string; readonly value: number }[] {
    return this.store.all("SELECT name, label, value FROM totals ORDER BY name, label").map((
      { name, label, value },
    ) => ({
      name: String(name),
      label: String(label),
      value: Number(value),
    }));
  }

  close(): void {
    this.store.close();
  }

  #settle(id: string, outcome: "gone" | "ended", because: string): void {
    this.store.run(
      `UPDATE actions SET outcome = ?, outcome_at = ?, outcome_because = ?, revision = revision + 1
       WHERE id = ? AND (outcome IS NULL OR outcome = 'asked')`,
      outcome,
      this.#now(),
      because,
      id,
    );
  }

  #take(record: JournalRecord): void {
    const { store } = this;
    switch (record.type) {
      case "run":
        store.run(
          "INSERT OR IGNORE INTO runs (id, at, command, version, host, boot, pid) VALUES (?, ?, ?, ?, ?, ?, ?)",
          record.run,
          record.at,
          record.command,
          record.version,
          record.host,
          record.bootId,
          record.pid,
        );
        return;
      case "intent":
        // The evidence is that of the first time; a later run that takes it up is who is at it now.
        store.run(
          `INSERT INTO actions (id, run, at, action, boot, namespace, pid, start, path, name, argv, started_at, rss_bytes, root_pid,
             matcher, family, role, verdict, confidence, because, gates)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET attempts = attempts + (run <> excluded.run), revision = revision + 1,
             run = CASE WHEN outcome IS NULL THEN excluded.run ELSE run END`,
          record.id,
          record.run,
          record.at,
          record.action,
          record.bootId,
          record.namespace ?? null,
          record.pid ?? null,
          record.startToken ?? null,
          record.path ?? null,
          record.name ?? null,
          record.argv === undefined ? null : JSON.stringify(record.argv),
          record.startedAt ?? null,
          record.rssBytes ?? null,
          record.rootPid ?? null,
          record.matcher ?? null,
          record.family ?? null,
          record.role ?? null,
          record.verdict ?? null,
          record.confidence ?? null,
          record.because ?? null,
          record.gates === undefined ? null : JSON.stringify(record.gates),
        );
        return;
      case "outcome":
        // Of two runs that went at it at once one ended it; to the other it was gone, and that takes nothing away.
        store.run(
          `UPDATE actions SET outcome = ?2, outcome_at = ?3, outcome_run = ?4, outcome_because = ?5, grip = ?6, freed_bytes = ?7,
             revision = revision + 1
           WHERE id = ?1 AND CASE
             WHEN pid IS NOT NULL AND outcome IN ('ended', 'killed') AND ?2 = 'gone' THEN 0
             WHEN pid IS NOT NULL AND outcome = 'gone' AND ?2 IN ('ended', 'killed') THEN 1
             ELSE outcome_at IS NULL OR outcome_at <= ?3 END`,
          record.id,
          record.outcome,
          record.at,
          record.run,
          record.because ?? null,
          record.grip ?? null,
          record.freedBytes ?? null,
        );
        return;
      case "end":
        store.run(
          "UPDATE runs SET ended_at = ?, seen = ?, orphans = ?, error = ? WHERE id = ?",
          record.at,
          record.seen ?? null,
          record.orphans ?? null,
          record.error ?? null,
          record.run,
        );
        if (isSample(record.health)) this.recordHealth(record.run, record.at, record.health);
    }
  }
}

/** Also a line that parses may have been damaged. */
function isSample(health: Partial<HealthSample> | undefined): health is HealthSample {
  return typeof health?.details === "object" && health.details !== null && typeof health.status === "string" &&
    (health.actionTaken === null || typeof health.actionTaken === "string");
}
