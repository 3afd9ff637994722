/**
 * Times as `ps` prints them under LC_ALL=C and TZ=UTC0. Unknown is undefined, never 0.
 *
 * @module
 */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `lstart`: `Fri Jun 26 09:00:08 2026`, as epoch seconds. */
export function parseStart(text: string): number | undefined {
  const parts = /^[A-Z][a-z]{2} +([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d):(\d\d):(\d\d) +(\d{4})$/.exec(text.trim());
  if (parts === null) return undefined;
  const month = MONTHS.indexOf(parts[1] as string);
  if (month < 0) return undefined;
  // Number() and not parseInt with a guessed base: 08 and 09 are decimal.
  const [day, hours, minutes, seconds, year] = parts.slice(2).map(Number) as [number, number, number, number, number];
  if (day < 1 || day > 31 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const at = Date.UTC(year, month, day, hours, minutes, seconds);
  // The 31st of a short month would roll over into the next.
  return new Date(at).getUTCMonth() === month || seconds === 60 ? at / 1000 : undefined;
}

/** `etime`, `[[dd-]hh:]mm:ss`, as seconds. */
export function parseElapsed(text: string): number | undefined {
  const parts = /^(?:(?:(\d+)-)?(\d{1,2}):)?(\d{1,2}):(\d\d)$/.exec(text.trim());
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/**
 * `time`, processor time, as seconds. Linux: `[dd-]hh:mm:ss`. macOS: `m:ss.cc`, minutes without end.
 */
export function parseProcessorTime(text: string): number | undefined {
  const short = /^(\d+):(\d\d(?:\.\d+)?)$/.exec(text.trim());
  if (short !== null) return Math.round((Number(short[1]) * 60 + Number(short[2])) * 100) / 100;
  const long = /^(?:(\d+)-)?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text.trim());
  if (long === null) return undefined;
  const [days, hours, minutes, seconds] = long.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
