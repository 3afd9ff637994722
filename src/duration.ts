/**
 * Durations as people write and read them. A bare number is refused: `--min-age 60` has meant
 * seconds, minutes and milliseconds in three other tools.
 *
 * @module
 */

const UNITS_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Longer than any machine runs: it is a slip of the keyboard. */
const LONGEST_MS = 3_650 * 86_400_000;

const FORM = /^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|[dhms])/g;

/**
 * Milliseconds of `90s`, `2h30m`, `1.5h`, `500ms`, `1d`.
 *
 * @throws {RangeError} when the text is no such duration. The message says what is wrong and what would be right; the
 * caller puts in front of it where the text stood.
 */
export function parseDuration(text: string): number {
  const written = text.trim().toLowerCase();
  if (written === "") throw new RangeError("is empty: write a duration, for example 90s or 2h30m");
  if (written.startsWith("-")) throw new RangeError("a duration cannot be negative, write for example 90s or 2h30m");
  if (/^\d+(?:\.\d+)?$/.test(written)) {
    throw new RangeError(`needs a unit, for example ${written}s or 2m`);
  }
  if (!FORM.test(written)) {
    throw new RangeError("not a duration, write for example 90s, 2h30m or 1d (units: d, h, m, s, ms)");
  }
  let total = 0;
  let before = Number.POSITIVE_INFINITY;
  for (const [, amount, unit] of written.matchAll(PART)) {
    const unitMs = UNITS_MS[unit as string] as number;
    if (unitMs >= before) throw new RangeError("each unit once and the longest first, for example 1d2h or 2h30m");
    before = unitMs;
    total += Number(amount) * unitMs;
  }
  if (total > LONGEST_MS) throw new RangeError("longer than ten years, write for example 2h30m or 7d");
  return Math.round(total);
}

/**
 * The same, of what ends something that grows older. To many programs 0 is no limit: who means that must not end everything.
 *
 * @throws {RangeError} as {@linkcode parseDuration} does, and for 0.
 */
export function parseLimit(text: string): number {
  // A bare 0 too: no unit would help it.
  const ms = /^\s*0+\s*$/.test(text) ? 0 : parseDuration(text);
  if (ms > 0) return ms;
  throw new RangeError("ends everything at once: leave it away for no limit, or write for example 2h");
}

/** How long, for people: its two leading units, rounded down: `3 d 4 h`, `12 min`, `45 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return ms < 1 ? "0 s" : `${Math.floor(ms)} ms`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, "min", minutes < 10 ? seconds % 60 : 0, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(hours, "h", minutes % 60, "min");
  return join(Math.floor(hours / 24), "d", hours % 24, "h");
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** The same length as one writes it on a command line: `2h30m`, `90s` becomes `1m30s`. */
export function writeDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = "";
  for (const [unit, unitMs] of Object.entries(UNITS_MS)) {
    const amount = Math.floor(rest / unitMs);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * unitMs;
  }
  return text === "" ? "0s" : text;
}
