/**
 * What the ledger's tables hold, as values. A field that is absent is not known.
 *
 * @module
 */
import type { RecordedSubject } from "../journal/record.ts";
import type { Row, Value } from "../store/sql.ts";

/** One action: a process or path that somebody set out to end. */
export interface ActionRow extends RecordedSubject {
  readonly id: string;
  readonly run: string;
  /** The command of the run, where it is still known. */
  readonly command?: string;
  readonly host?: string;
  readonly at: number;
  readonly action: string;
  readonly boot: string;
  readonly start?: string;
  /** How many runs went at it. */
  readonly attempts: number;
  /** Absent: the run is at it, or was cut off. */
  readonly outcome?: string;
  readonly outcomeAt?: number;
  readonly outcomeBecause?: string;
  readonly grip?: string;
  readonly freedBytes?: number;
}

/** One run. */
export interface RunRow {
  readonly id: string;
  readonly at: number;
  readonly command: string;
  readonly version: string;
  readonly host: string;
  readonly endedAt?: number;
  readonly seen?: number;
  readonly orphans?: number;
  readonly error?: string;
}

/** How the machine was doing at one time. */
export interface HealthRow {
  readonly at: number;
  readonly status: string;
  readonly details: Readonly<Record<string, unknown>>;
}

type Kind = "text" | "number" | "json";

const ACTION = {
  id: ["id", "text"],
  run: ["run", "text"],
  command: ["command", "text"],
  host: ["host", "text"],
  at: ["at", "number"],
  action: ["action", "text"],
  boot: ["boot", "text"],
  pid: ["pid", "number"],
  start: ["start", "text"],
  path: ["path", "text"],
  name: ["name", "text"],
  argv: ["argv", "json"],
  started_at: ["startedAt", "number"],
  rss_bytes: ["rssBytes", "number"],
  root_pid: ["rootPid", "number"],
  matcher: ["matcher", "text"],
  family: ["family", "text"],
  role: ["role", "text"],
  verdict: ["verdict", "text"],
  confidence: ["confidence", "text"],
  because: ["because", "text"],
  gates: ["gates", "json"],
  attempts: ["attempts", "number"],
  outcome: ["outcome", "text"],
  outcome_at: ["outcomeAt", "number"],
  outcome_because: ["outcomeBecause", "text"],
  grip: ["grip", "text"],
  freed_bytes: ["freedBytes", "number"],
} as const satisfies Record<string, readonly [keyof ActionRow, Kind]>;

const RUN = {
  id: ["id", "text"],
  at: ["at", "number"],
  command: ["command", "text"],
  version: ["version", "text"],
  host: ["host", "text"],
  ended_at: ["endedAt", "number"],
  seen: ["seen", "number"],
  orphans: ["orphans", "number"],
  error: ["error", "text"],
} as const satisfies Record<string, readonly [keyof RunRow, Kind]>;

const HEALTH = {
  at: ["at", "number"],
  status: ["status", "text"],
  details: ["details", "json"],
} as const satisfies Record<string, readonly [keyof HealthRow, Kind]>;

/** An action as it lies in the table. */
export function actionRow(row: Row): ActionRow {
  return read<ActionRow>(row, ACTION);
}

/** A run as it lies in the table. */
export function runRow(row: Row): RunRow {
  return read<RunRow>(row, RUN);
}

/** A state of the machine as it lies in the table. */
export function healthRow(row: Row): HealthRow {
  return read<HealthRow>(row, HEALTH);
}

function read<T>(row: Row, columns: Readonly<Record<string, readonly [string, Kind]>>): T {
  const fields: Record<string, unknown> = {};
  for (const [column, [field, kind]] of Object.entries(columns)) {
    const value: Value | undefined = row[column];
    if (value === null || value === undefined) continue;
    fields[field] = kind === "json" ? JSON.parse(String(value)) : kind === "number" ? numberOf(value) : String(value);
  }
  return fields as T;
}

/** A server's numbers may come as text. */
function numberOf(value: Value): number {
  const number = Number(value);
  if (Number.isNaN(number)) throw new TypeError(String(value));
  return number;
}
