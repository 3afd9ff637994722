/**
 * A coloured word with what it is about.
 *
 * @module
 */
import { type Verdict, width, wrap } from "../../../src/contract.ts";
import type { Page } from "./tree.ts";

/** A coloured word, then text that is continued below itself. */
export function headed(
  word: string,
  plain: string,
  text: string,
  page: Page,
  style: (text: string) => string = (line) => line,
): string[] {
  const indent = width(plain) + 2;
  const lines = wrap(text, Math.max(20, page.columns - indent));
  return lines.map((line, at) => `${at === 0 ? `${word}  ` : " ".repeat(indent)}${style(line)}`);
}

/** A verdict in the colour of what follows from it. */
export function coloured(verdict: Verdict, { paint }: Page): string {
  switch (verdict) {
    case "orphan":
    case "leftover":
      return paint.strong(paint.red(verdict));
    case "stale":
    case "unsure":
    case "dead":
    case "replaced":
      return paint.strong(paint.yellow(verdict));
    default:
      return paint.strong(paint.green(verdict));
  }
}
