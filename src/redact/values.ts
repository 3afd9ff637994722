/**
 * Finds the value behind a name in free text: `NAME=value`, `"name": "value"`, `name = 'value'`,
 * `Header: value`, and the same with escaped quotes inside other quotes.
 *
 * Written as a scanner and not as one pattern: it looks at every character a bounded number of times,
 * also in 100 kB of quotes and backslashes.
 *
 * @module
 */
import { isRandom, REDACTED } from "./patterns.ts";
import { type Place, type Secrecy, secrecyOf } from "./names.ts";

const HEADERS = /^(?:proxy-)?authorization$|^(?:set-)?cookie$/i;
/** curl takes a header right behind its flag. */
const HEADER_FLAG = /^-H(?=[A-Z])/;
const METHODS =
  /^(?:true|false|yes|no|on|off|none|null|nil|undefined|auto|basic|digest|bearer|oauth2?|oidc|login|ntlm|kerberos|negotiate|token|password|jwt|apikey|api-key|api_key|iam|pat|required|optional|disabled|enabled|always|never|[0-9])$/i;
const PATH = /^(?:[~.]{0,2}\/|[A-Za-z]:[\\/])|\.(?:pem|key|crt|cer|p8|p12|pfx|json|asc|pub|txt)$/;
const LONGEST_PATH = 4096;
const TRIVIAL = /^(?:true|false|yes|no|on|off|none|null|nil|undefined)$/i;

/** Whether the value behind a name of this kind is to be hidden. */
export function isSecretValue(value: string, secrecy: Secrecy): boolean {
  if (value === "" || value === REDACTED || TRIVIAL.test(value)) return false;
  switch (secrecy) {
    case "secret":
      return true;
    case "count":
      return !/^[0-9][0-9._,kKmM]{0,11}$/.test(value);
    case "mode":
      return !METHODS.test(value);
    case "key":
      return value.length > LONGEST_PATH || !PATH.test(value) ||
        value.split(/[\\/]/).some((part) => part.length >= 20 && isMixed(part));
  }
}

/** Random letters in the manner of a key, not of a directory's name. */
function isMixed(text: string): boolean {
  return /[0-9]/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}

/** Hides the values behind names that announce a secret. */
export function redactValues(text: string): string {
  const separators = /[=:]/g;
  let redacted = "";
  let done = 0;
  for (let found = separators.exec(text); found !== null; found = separators.exec(text)) {
    const named = nameBefore(text, found.index);
    if (named === undefined || named.start < done || isPathOfMessage(text, named, found.index)) continue;
    const secrecy = secrecyOf(named.name, named.place);
    if (secrecy === undefined) continue;
    const value = valueAfter(text, found.index, named);
    if (value === undefined || !isSecretValue(text.slice(value.start, value.end), secrecy)) continue;
    redacted += text.slice(done, value.start) + REDACTED;
    done = value.end;
    separators.lastIndex = Math.max(done, found.index + 1);
  }
  return redacted + text.slice(done);
}

interface Named {
  readonly name: string;
  readonly place: Place;
  readonly start: number;
  /** Blanks or a quote stood between the name and its separator: a configuration's way of writing. */
  readonly apart: boolean;
  /** A quote right before the name, as in `-H "Authorization: …"`. */
  readonly quote: string | undefined;
  /** It begins a line or what is quoted: `Name: value` is then a header, and all that follows is its value. */
  readonly leads: boolean;
}

const LONGEST_NAME = 80;

/** The name that ends before a separator, past blanks, quotes and backslashes. */
function nameBefore(text: string, separator: number): Named | undefined {
  let end = separator;
  while (end > 0 && separator - end < 12 && /[\s"'`\\\]]/.test(text[end - 1] as string)) end--;
  let start = end;
  while (start > 0 && end - start < LONGEST_NAME && /[\w.-]/.test(text[start - 1] as string)) start--;
  if (start === end) return undefined;
  const written = text.slice(start, end);
  const before = text[start - 1];
  const isFlag = written.startsWith("-") && !HEADER_FLAG.test(written);
  const place = before === "?" || before === "&" ? "query" : isFlag ? "flag" : "text";
  return {
    name: written.replace(HEADER_FLAG, "").replace(/^-+/, ""),
    place,
    start,
    apart: end < separator,
    quote: before === '"' || before === "'" ? before : undefined,
    leads: before === undefined || before === "\n" || before === '"' || before === "'",
  };
}

/**
 * `/etc/passwd: no such file`: what follows is said about the file, and is not in it. Only of a whole path: `db/password`
 * is a name of settings too.
 */
function isPathOfMessage(text: string, { start, apart }: Named, separator: number): boolean {
  if (apart || text[separator] !== ":" || !/\s/.test(text[separator + 1] ?? "")) return false;
  if (text[start - 1] !== "/" || !/[\w.~-]/.test(text[start - 2] ?? "")) return false;
  let word = start;
  while (word > 0 && !/[\s"'`=(]/.test(text[word - 1] as string)) word--;
  return /^(?:\/|~\/|[A-Za-z]:\/)/.test(text.slice(word, start));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function valueAfter(text: string, separator: number, named: Named): Span | undefined {
  const sign = text[separator];
  let start = separator + 1;
  if (text.startsWith("://", separator) || (sign === "=" && text[start] === "=")) return undefined;
  if (text[start] === ">" || (sign === ":" && text[start] === "=")) start++;
  let blanks = start;
  while (blanks < text.length && blanks - start < 12 && /\s/.test(text[blanks] as string)) blanks++;
  // In a shell `NAME= word` gives an empty value; elsewhere blanks or quotes show that it is no shell's.
  if (blanks > start && sign === "=" && !named.apart && !/["'`\\]/.test(text[blanks] ?? "")) return undefined;
  start = blanks;
  const isHeader = HEADERS.test(named.name) || (named.leads && blanks > separator + 1);
  if (sign === ":" && !named.apart && isHeader) return headerSpan(text, start, named.quote);
  return quotedSpan(text, start) ?? bareSpan(text, start, named.place);
}

/** A header's value runs to the quote that was open before its name, else to the end of its line. */
function headerSpan(text: string, start: number, quote: string | undefined): Span {
  const line = text.indexOf("\n", start);
  const closing = quote === undefined ? -1 : text.indexOf(quote, start);
  const end = Math.min(...[line, closing, text.length].filter((at) => at >= 0));
  const scheme = /^(?:bearer|basic|token|digest|negotiate|apikey)\s+/i.exec(
    text.slice(start, Math.min(end, start + 20)),
  );
  return { start: start + (scheme?.[0].length ?? 0), end };
}

/** What stands in quotes, which may be escaped ones: closed by the same quote with no more backslashes. */
function quotedSpan(text: string, at: number): Span | undefined {
  let open = at;
  while (text[open] === "\\" && open - at < 16) open++;
  const quote = text[open];
  if (quote !== '"' && quote !== "'" && quote !== "`") return undefined;
  const escapes = open - at;
  let backslashes = 0;
  for (let end = open + 1; end < text.length; end++) {
    if (text[end] === "\\") backslashes++;
    else {
      if (text[end] === quote && backslashes <= escapes) {
        const close = end - backslashes;
        // "ab"cd is one word to a shell.
        if (!isBoundary(text, end + 1)) return { start: at, end: bareSpan(text, end + 1, "text").end };
        return { start: open + 1, end: close };
      }
      backslashes = 0;
    }
  }
  return { start: open + 1, end: text.length };
}

/** A word without quotes around it. Quotes inside it belong to it, with what is between them. */
function bareSpan(text: string, start: number, place: Place): Span {
  let at = start;
  while (at < text.length) {
    const character = text[at] as string;
    if (/\s/.test(character)) break;
    if (place === "query" && (character === "&" || character === "#")) break;
    if (character === '"' || character === "'" || character === "`" || (character === "[" && at === start)) {
      if (character !== "[" && isBoundary(text, at + 1)) {
        while (at > start && text[at - 1] === "\\") at--;
        break;
      }
      const close = text.indexOf(character === "[" ? "]" : character, at + 1);
      // Nothing closes it here, so nothing further on can: it is a character like any other.
      at = close < 0 ? at : close;
    }
    at++;
  }
  return { start, end: at };
}

/** Whether a quote before this place could have been a closing one. */
function isBoundary(text: string, at: number): boolean {
  return at >= text.length || /[\s,;:)}\]&|<>"'`\\]/.test(text[at] as string);
}

/** A blank behind it, or the next element of a list. */
const FLAG_IN_TEXT =
  /(?<=^|[\s"'`(;&|])--?([A-Za-z][\w.-]{1,80})(?:\s{1,4}|\\{0,16}["']\s{0,4},\s{0,4}(?=\\{0,16}["']))/g;

/** Hides what follows a flag in the text of a shell (`tool --token abc`) or in a list (`["--token","abc"]`). */
export function redactFlags(text: string): string {
  if (!text.includes("-")) return text;
  let redacted = "";
  let done = 0;
  for (const found of text.matchAll(FLAG_IN_TEXT)) {
    const start = found.index + found[0].length;
    if (start <= done) continue;
    const secrecy = secrecyOf(found[1] as string, "flag");
    if (secrecy === undefined) continue;
    const span = quotedSpan(text, start) ?? bareSpan(text, start, "flag");
    const value = text.slice(span.start, span.end);
    if (isFlag(value) || !isSecretValue(value, secrecy)) continue;
    redacted += text.slice(done, span.start) + REDACTED;
    done = span.end;
  }
  return redacted + text.slice(done);
}

/** The next flag, and no value that happens to start with a dash. */
export function isFlag(text: string): boolean {
  return /^--?[A-Za-z][a-z]*(?:[-.][A-Za-z0-9]+)*(?:=.*)?$/s.test(text) && !(text.length > 24 && isRandom(text));
}
