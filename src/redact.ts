/**
 * Takes secrets out of what is stored or shown: arguments first of all, for `ps` shows them to
 * everybody, and people hand tokens over there nevertheless.
 *
 * What it rests on: names that announce a secret (`--api-key`, `GITHUB_TOKEN=`, `"password":`,
 * `Authorization:`), forms that give it away (`sk-…`, `ghp_…`, JSON web tokens), and passwords in
 * URLs. What it cannot know: a secret with neither name nor form, and the second half of one with a
 * blank in it where the platform hands arguments over as one printed line (macOS).
 *
 * Doing it twice changes nothing.
 *
 * @module
 */
import { REDACTED, redactForms, redactUrls } from "./redact/patterns.ts";
import { type Place, secrecyOf } from "./redact/names.ts";
import { isFlag, isSecretValue, redactFlags, redactValues } from "./redact/values.ts";
import { remember } from "./vocabulary/remembered.ts";
import { baseName } from "./process.ts";

export { REDACTED } from "./redact/patterns.ts";

/** More rounds than hidden values can uncover others; each only ever hides more. */
const ROUNDS = 5;

/** Words too short for a form, and without a sign that a name could stand before: most of what we say ourselves. */
const HARMLESS = /^(?![^]*bearer)[^-=:@\s]{0,10}(?:\s[^-=:@\s]{0,10})*$/i;

/** One text without its secrets. */
export function redactText(text: string): string {
  if (text.length > LONGEST_REMEMBERED) return withoutSecrets(text);
  let redacted = known.get(text);
  if (redacted === undefined) remember(known, text, redacted = withoutSecrets(text));
  return redacted;
}

/** The processes of a family say the same again and again. */
const known = new Map<string, string>();
const LONGEST_REMEMBERED = 256;

function withoutSecrets(text: string): string {
  if (HARMLESS.test(text)) return text;
  return settled(text, (before) => redactFlags(redactValues(redactForms(redactPrograms(redactUrls(before))))));
}

/** A command line without its secrets: as many elements as before, the harmless ones unchanged. */
export function redactArguments(argv: readonly string[]): readonly string[] {
  const text = JSON.stringify(argv);
  if (text.length > LONGEST_LINE) return withoutSecretArguments(argv);
  let redacted = knownArguments.get(text);
  if (redacted === undefined) remember(knownArguments, text, redacted = withoutSecretArguments(argv));
  return redacted;
}

const knownArguments = new Map<string, readonly string[]>();
const LONGEST_LINE = 1024;

function withoutSecretArguments(argv: readonly string[]): readonly string[] {
  let redacted = argv;
  for (let round = 0; round < ROUNDS; round++) {
    const before = redacted;
    redacted = redactElements(before);
    if (redacted.every((element, at) => element === before[at])) break;
  }
  return redacted;
}

/** The value of an environment variable, judged by its name and by itself. */
export function redactVariable(name: string, value: string): string {
  const secrecy = secrecyOf(name, "flag");
  return secrecy !== undefined && isSecretValue(value, secrecy) ? REDACTED : redactText(value);
}

function settled(text: string, once: (text: string) => string): string {
  let redacted = text;
  for (let round = 0; round < ROUNDS; round++) {
    const before = redacted;
    redacted = once(before);
    if (redacted === before) break;
  }
  return redacted;
}

const SCHEME = /^(?:bearer|basic|digest|negotiate|token|apikey)$/i;

function redactElements(argv: readonly string[]): string[] {
  const program = argv.map(baseName).find((name) => PASSWORD_FLAGS.some(([names]) => names.test(name)));
  return argv.map((element, at) => {
    const before = argv[at - 1];
    if (before !== undefined) {
      if (isAnnounced(element, before, argv[at - 2])) return REDACTED;
      const password = program === undefined ? undefined : passwordOf(element, before, program);
      if (password !== undefined) return password;
      // A shell's text is many words; anywhere else an element is one value with all its blanks.
      if (/^-[a-z]*c$/.test(before)) return redactText(element);
    }
    return redactText(redactAssignment(element));
  });
}

/** `--token` before it, or `Authorization:`, or `Authorization:` and `Bearer`. */
function isAnnounced(element: string, before: string, beforeThat: string | undefined): boolean {
  const flag = /^--?([A-Za-z][\w.-]+)$/.exec(before)?.[1];
  if (flag !== undefined) return announces(flag, "flag", element) && !isFlag(element);
  const header = /^["']?([A-Za-z][\w-]*):$/.exec(before)?.[1];
  if (header !== undefined) return !SCHEME.test(element) && announces(header, "text", element);
  if (!SCHEME.test(before) || beforeThat === undefined || !beforeThat.endsWith(":")) return false;
  return announces(beforeThat.slice(0, -1).replace(/^["']/, ""), "text", element);
}

function announces(name: string, place: Place, value: string): boolean {
  const secrecy = secrecyOf(name, place);
  return secrecy !== undefined && isSecretValue(value, secrecy);
}

/** `NAME=value` or `--name=value` as an element of its own: everything behind the sign is the value. */
function redactAssignment(element: string): string {
  const found = /^(--?|\/)?([A-Za-z_][\w.-]{0,80})([=:])/.exec(element);
  if (found === null) return element;
  const [all, dashes, name, sign] = found as unknown as [string, string | undefined, string, string];
  if (sign === ":" && dashes !== "/") return element;
  const value = element.slice(all.length);
  return announces(name, dashes === undefined ? "text" : "flag", value) ? all + REDACTED : element;
}

/** Programs whose short flags take a password: in the next element or in the same. */
const PASSWORD_FLAGS: readonly (readonly [program: RegExp, apart: RegExp | undefined, joined: RegExp | undefined])[] = [
  [/^(?:curl|wget|https?|xh)(?:\.exe)?$/, /^(?:-u|-U|-a|--user|--proxy-user)$/, /^(?:-u|-U)(?=[^:]+:)/],
  [/^curl(?:\.exe)?$/, /^-[a-zA-Z]{1,8}[uU]$/, undefined],
  [/^redis-cli$/, /^-a$/, undefined],
  [/^(?:mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport)$/, /^-p$/, /^-p(?=.)/],
  [/^sshpass$/, /^-p$/, /^-p(?=.)/],
  [/^(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)$/, undefined, /^-p(?=.)/],
];

function passwordOf(element: string, before: string, program: string): string | undefined {
  for (const [names, apart, joined] of PASSWORD_FLAGS) {
    if (!names.test(program)) continue;
    const flag = apart?.test(before) === true ? "" : joined?.exec(element)?.[0];
    if (flag === undefined) continue;
    const rest = element.slice(flag.length);
    // A user and a group are numbers: `docker run -u 1000:1000`.
    if (/^\d+:\d+$/.test(rest)) return undefined;
    return `${flag}${rest.slice(0, rest.indexOf(":") + 1)}${REDACTED}`;
  }
  return undefined;
}

/** The same programs inside a shell's text. */
function redactPrograms(text: string): string {
  let redacted = text;
  if (/curl|wget/.test(text)) {
    redacted = redacted.replace(
      /(\s(?:-u|-U|--user|--proxy-user)[\s=]{0,4}["']?[^\s:"']{1,200}:)[^\s"']+/g,
      `$1${REDACTED}`,
    );
  }
  if (text.includes("sshpass")) redacted = redacted.replace(/(\bsshpass\s+-p\s{0,4})\S+/g, `$1${REDACTED}`);
  if (/mysql|mariadb/.test(text)) {
    redacted = redacted.replace(
      /(\b(?:mysql|mysqldump|mysqladmin|mariadb)\s[^|;&\n]{0,200}?\s?-p)(?=\S)(?!ort)\S+/g,
      `$1${REDACTED}`,
    );
  }
  return redacted;
}
