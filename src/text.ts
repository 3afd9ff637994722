/**
 * Text that others wrote, made safe to show, and fitted into columns. What a process calls itself is
 * hostile input: a name may hold a terminal's escape sequences, a newline that forges a line of our
 * own output, or marks that turn the reading direction round.
 *
 * @module
 */

/**
 * What never reaches a terminal: control characters (C0, DEL, C1), format characters (marks and isolates
 * of direction, zero-width ones, tags, the byte order mark), separators of lines and paragraphs, lone
 * surrogates, and whatever Unicode says is not shown at all. U+FE0E and U+FE0F only choose between the
 * two forms of an emoji.
 */
const UNSAFE = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]--[\ufe0e\ufe0f]]/gv;

/** Marks pile up on one letter and run over the lines above and below; no script needs more than four. */
const PILED_MARKS = /(\p{M}{4})(\p{M}+)/gu;

const PRINTABLE_ASCII = /^[ -~]*$/;
const ASCII_LINES = /^[\n -~]*$/;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text with everything unsafe spelled out: `\x1b`, `\u202e`, `\n`. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(UNSAFE, spell).replace(PILED_MARKS, (_, kept: string, rest: string) => kept + spellAll(rest));
}

function spellAll(text: string): string {
  return Array.from(text, spell).join("");
}

function spell(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) as number;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

/**
 * JSON text whose strings hold nothing unsafe either, and mean the same: JSON leaves DEL, C1 and marks
 * of direction as they are, and U+009B alone starts an escape sequence in some terminals.
 */
export function safeJson(json: string): string {
  if (ASCII_LINES.test(json)) return json;
  return json.replace(UNSAFE, (character) => {
    // Between values only these occur; inside strings JSON has escaped them already.
    if (character === "\n" || character === "\t" || character === "\r") return character;
    let escaped = "";
    for (let at = 0; at < character.length; at++) {
      escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
    }
    return escaped;
  });
}

/** Columns that visible text takes on a terminal. */
export function width(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : Bun.stringWidth(text);
}

/** Cut at the end to this many columns, with `…` where something is missing. */
export function clip(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  return columns < 1 ? "" : `${head(text, columns - 1)}…`;
}

/** Cut in the middle: of a path or command line both ends tell something. */
export function clipMiddle(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return "";
  const room = columns - 1;
  const front = Math.ceil(room / 2);
  const start = head(text, front);
  return `${start}…${tail(text, room - width(start))}`;
}

/** Filled up with blanks at its end. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/** Filled up with blanks in front: for numbers. */
export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - width(text))) + text;
}

/** A blank, but not the one between a number of bytes and its unit. */
const BREAK = / (?![KMGT]?i?B\b)/;

/** Broken at blanks into lines of at most this many columns. A word that is longer is broken where it must be. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(BREAK)) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (width(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    while (width(word) > columns) {
      // A character wider than the line still has to go somewhere.
      const part = head(word, columns) || (graphemes(word)[0] as string);
      lines.push(part);
      word = word.slice(part.length);
    }
    line = word;
  }
  lines.push(line);
  return lines;
}

/** Local time, as `2026-11-21 07:12:30`. */
export function when(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace("T", " ");
}

/** Bytes for people, in powers of 1024 and named so: `412 MiB`, `1.2 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let amount = bytes;
  let unit = 0;
  // 999.5 already prints as 1000: the next unit says it in three digits.
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit > 0 && amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${units[unit]}`;
}

function head(text: string, columns: number): string {
  if (PRINTABLE_ASCII.test(text)) return text.slice(0, columns);
  let taken = "";
  let used = 0;
  for (const part of graphemes(text.slice(0, columns * LONGEST_CHARACTER))) {
    used += Bun.stringWidth(part);
    if (used > columns) break;
    taken += part;
  }
  return taken;
}

function tail(text: string, columns: number): string {
  if (columns < 1) return "";
  if (PRINTABLE_ASCII.test(text)) return text.slice(-columns);
  let taken = "";
  let used = 0;
  for (const part of graphemes(text.slice(-columns * LONGEST_CHARACTER)).reverse()) {
    used += Bun.stringWidth(part);
    if (used > columns) break;
    taken = part + taken;
  }
  return taken;
}

/** UTF-16 units that one shown character may take: no more of a text of 100 kB needs to be taken apart. */
const LONGEST_CHARACTER = 32;

let segmenter: Intl.Segmenter | undefined;

/** What is written as one character. Where a terminal gives it more than two columns, it is no one character there. */
function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), (part) => part.segment).flatMap((part) =>
    Bun.stringWidth(part) > 2 ? Array.from(part) : [part]
  );
}
