/**
 * The ledger for spreadsheets (RFC 4180).
 *
 * @module
 */
import type { ActionRow } from "../../ledger/rows.ts";
import { visible } from "../../text.ts";

const COLUMNS = [
  "at",
  "host",
  "command",
  "run",
  "id",
  "action",
  "outcome",
  "pid",
  "path",
  "name",
  "family",
  "role",
  "matcher",
  "verdict",
  "confidence",
  "rssBytes",
  "freedBytes",
  "attempts",
  "because",
  "outcomeBecause",
] as const satisfies readonly (keyof ActionRow)[];

/** A line of names, then a line for each action. */
export function historyCsv(actions: readonly ActionRow[]): string {
  const lines = actions.map((action) =>
    COLUMNS.map((name) => field(name === "at" ? new Date(action.at).toISOString() : action[name])).join(",")
  );
  return [COLUMNS.join(","), ...lines].map((line) => `${line}\r\n`).join("");
}

function field(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet runs what begins so: what a process calls itself is not to be run.
  const harmless = /^[=+\-@]/.test(value) ? `'${value}` : value;
  const text = visible(harmless);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
