/**
 * The table `[history]` of the configuration: how long what was done is kept.
 *
 * @module
 */
import { parseDuration } from "../duration.ts";
import { ParseError, standing, tableAt } from "../errors.ts";

/** How the ledger is kept. */
export interface HistorySettings {
  /** How long; then it is let go of. */
  readonly keepMs: number;
}

const DAY_MS = 86_400_000;

/** A week, unless somebody says otherwise. */
export const USUAL: HistorySettings = { keepMs: 7 * DAY_MS };

/** Reads the table. */
export function readHistoryTable(value: unknown, place: string): HistorySettings {
  let settings = USUAL;
  for (const [key, field] of Object.entries(tableAt(value, place, "history"))) {
    if (key !== "keep") throw new ParseError(`${place}: unknown key "${key}": known is keep`);
    settings = { keepMs: keep(field, standing(`${place}.keep`, field)) };
  }
  return settings;
}

function keep(value: unknown, place: string): number {
  if (typeof value !== "string") throw new ParseError(`${place}: expected a duration with a unit, for example "30d"`);
  let keepMs: number;
  try {
    keepMs = parseDuration(value);
  } catch (error) {
    throw new ParseError(`${place}: ${(error as Error).message}`);
  }
  // Whoever asks in the morning what was ended in the night is to be answered.
  if (keepMs < DAY_MS) throw new ParseError(`${place}: expected a day or more, for example "30d"`);
  return keepMs;
}
