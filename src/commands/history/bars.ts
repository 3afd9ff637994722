/**
 * Plots of a line each. Where the terminal shows no block characters they are made of `#`.
 *
 * @module
 */

/** Eighths of a column, from none to a whole one. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const PLAIN_LEVELS = [".", ":", "-", "=", "+", "*", "%", "#"];

/** Whether block characters reach the person's eyes as such (locale(7): LC_ALL, LC_CTYPE, LANG in this order). */
export function showsBlocks(onTerminal: boolean, variables: Readonly<Record<string, string | undefined>>): boolean {
  if (!onTerminal || variables["TERM"] === "dumb") return false;
  const locale = [variables["LC_ALL"], variables["LC_CTYPE"], variables["LANG"]].find((one) =>
    one !== undefined && one !== ""
  );
  return /utf-?8/i.test(locale ?? "");
}

/** A bar as long as its value, the most being `columns` wide. What is more than nothing is never shown as nothing. */
export function bar(value: number, most: number, columns: number, blocks: boolean): string {
  if (value <= 0 || most <= 0) return "";
  const eighths = Math.max(1, Math.round((Math.min(value, most) / most) * columns * 8));
  if (!blocks) return "#".repeat(Math.max(1, Math.round(eighths / 8)));
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** Values over time in one line, at most `columns` wide; each place shows the most of what falls into it. */
export function sparkline(values: readonly number[], most: number, columns: number, blocks: boolean): string {
  const levels = blocks ? LEVELS : PLAIN_LEVELS;
  const places = Math.min(columns, values.length);
  return Array.from({ length: places }, (_, at) => {
    const from = Math.floor((at * values.length) / places);
    const to = Math.max(from + 1, Math.floor(((at + 1) * values.length) / places));
    const value = Math.max(...values.slice(from, to));
    const share = most <= 0 ? 0 : Math.min(1, Math.max(0, value / most));
    return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))];
  }).join("");
}
