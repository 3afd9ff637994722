/**
 * What tells.
 *
 * @module
 */
import type { Report } from "../report.ts";

/** A reporter turns a report into text. It never prints. */
export interface Reporter {
  /** Its name, which is its file's. */
  readonly name: string;
  /** One line for `plugins`. */
  readonly summary: string;
  /** The report as text. */
  render(report: Report, format: Format): string;
}

/** What the place that the text goes to can show. */
export interface Format {
  /** Width in characters. */
  readonly columns: number;
  /** Colours can be shown. */
  readonly colour: boolean;
  /** Show what is kept too. */
  readonly all: boolean;
  /** Options of the look that no policy knows, ready for a shell: who ends what was found gives them again. */
  readonly again?: readonly string[];
}
