/**
 * What a plugin of somebody's own may be made of. A slip of the keyboard in it would end what is to stay: of a key that there
 * is not, or a list that is none, nothing would be heard.
 *
 * @module
 */
import type { Role } from "../contract.ts";
import { ROLES } from "../judge/claims.ts";
import {
  DETAILS,
  type Every,
  INTERPRETERS,
  LIFELINES,
  OF_CLAIM,
  OF_FAMILY,
  OF_LAIR,
  OF_LEFTOVER_FAMILY,
  OF_RULE,
  OF_SIGN,
  ROOTS,
} from "./keys.ts";

const KINDS: ReadonlySet<unknown> = new Set(["file", "directory", "symlink"]);
const A_PATTERN = "a pattern (/…/, without g or y)";
const READ = `names, lock, port and { text: "itself" or { file } }`;
const LONGEST_SHOWN = 60;

/** An object, whatever is in it. */
export type Fields = Readonly<Record<string, unknown>>;
type Test = (given: unknown) => boolean;

export const isText = (given: unknown): given is string => typeof given === "string";
export const has = (given: unknown, isRight: (fields: Fields) => boolean): boolean =>
  typeof given === "object" && given !== null && isRight(given as Fields);
export const list = (isOne: Test): Test => (given) => Array.isArray(given) && given.every(isOne);
export const areTexts: Test = list(isText);

/** One that remembers where it was (`g`, `y`) says yes to a name and no to the next of the same. */
export const isPattern = (given: unknown): boolean => given instanceof RegExp && !given.global && !given.sticky;
/** Whether it names entries of a directory. */
export const isEntry = (given: unknown): boolean =>
  has(given, ({ entry, kind }) => isPattern(entry) && KINDS.has(kind));
const isHint = (given: unknown) => (isText(given) && given !== "") || isPattern(given);
const isRead = (given: unknown) =>
  ["names", "lock", "port"].includes(given as string) ||
  has(given, ({ text, fields }) =>
    (text === "itself" || has(text, ({ file }) =>
      isText(file))) && (fields === undefined || areTexts(fields)));

/** @throws {TypeError} When the data of a matcher are none. */
export function expectFamily(given: Fields): void {
  expectKnown(given, OF_FAMILY);
  if (!Array.isArray(given["roles"])) throw new TypeError(`"roles" must be a list`);
  expectHints(given["hints"]);
  expectRole(given["otherwise"]);
  for (const rule of given["roles"] as unknown[]) expectRule(rule);
  for (const sign of given["signs"] as unknown[]) expectSign(sign);
  for (const key of ["words", "bare", "chores", "valued", "prompts"]) expectTexts(given[key], `"${key}"`);
  const { packages } = given;
  if (packages !== undefined && !isPattern(packages)) throw new TypeError(`"packages" must be ${A_PATTERN}`);
}

/** @throws {TypeError} When the data of a leftover matcher are none. */
export function expectLeftoverFamily(given: Fields): void {
  expectKnown(given, OF_LEFTOVER_FAMILY);
  if (typeof given["family"] !== "string") throw new TypeError(`"family" must be an agent's name`);
  if (typeof given["whose"] !== "function") throw new TypeError(`"whose" must be a function`);
  for (const key of ["outlives", "onlyWhenNamed"]) {
    if (given[key] !== undefined && given[key] !== true) throw new TypeError(`"${key}" must be true, or left out`);
  }
  expectNeeds(given["needs"]);
  inside("beside", () => given["beside"] === undefined || expectEntry(given["beside"]));
  for (const lair of given["lairs"] as unknown[]) inside("lairs", () => expectLair(lair));
}

/** @throws {TypeError} When the details that somebody reads are none. */
export function expectNeeds(needs: unknown = []): void {
  inside("needs", () => expectDetails(needs));
}

/** @throws {TypeError} That names the first that is none. */
export function expectDetails(needs: unknown): void {
  const isDetail = (need: unknown): boolean => isText(need) && Object.hasOwn(DETAILS, need);
  if (Array.isArray(needs) && needs.every(isDetail)) return;
  const wrong: unknown = Array.isArray(needs) ? needs.find((need) => !isDetail(need)) : needs;
  throw new TypeError(`there is no detail ${JSON.stringify(wrong)}, there are ${Object.keys(DETAILS).join(", ")}`);
}

/** @throws {TypeError} When the names to look at are none. */
export function expectHints(hints: unknown): void {
  if (!list(isHint)(hints)) throw new TypeError(`"hints" must be a list of names and patterns`);
}

/** @throws {TypeError} When a claim's role, or what else it says of how it is judged, is none. */
export function expectClaim(claim: Fields): void {
  expectPart(claim, OF_CLAIM);
}

function expectLair(lair: unknown): void {
  const { under, at, in: between, reads } = (lair ?? {}) as Fields;
  if (!isText(under) || !Object.hasOwn(ROOTS, under)) {
    throw new TypeError(`there is no tree ${shown(under)} to be under, there are ${Object.keys(ROOTS).join(", ")}`);
  }
  expectEntry(lair);
  if (at !== undefined && !(isText(at) && at.split("/").every((part) => !["", ".", ".."].includes(part)))) {
    throw new TypeError(`"at" must be a directory in that tree, parts joined by /`);
  }
  if (between !== undefined && !isPattern(between)) throw new TypeError(`"in" must be ${A_PATTERN}`);
  // What is not read keeps nothing.
  if (reads !== undefined && !list(isRead)(reads)) {
    throw new TypeError(`"reads" must be a list of ${READ}, and not ${shown(reads)}`);
  }
  expectKeys(lair as Fields, OF_LAIR);
}

function expectEntry(given: unknown): void {
  if (!isEntry(given)) {
    throw new TypeError(`"entry" must be ${A_PATTERN}, and "kind" one of ${[...KINDS].join(", ")}`);
  }
}

function expectRole(role: unknown): void {
  if (ROLES.has(role as Role)) return;
  throw new TypeError(`there is no role ${JSON.stringify(role)}, there are ${[...ROLES].join(", ")}`);
}

function expectRule(rule: unknown): void {
  expectPart((rule ?? {}) as Fields, OF_RULE);
  for (const key of ["words", "options"]) expectTexts((rule as Fields)[key], `"${key}" of a rule`);
}

/** One may mean more than it says. */
function expectSign(sign: unknown): void {
  const said = (sign ?? {}) as Fields;
  expectKeys(said, OF_SIGN);
  for (const key of ["at", "words", "options"]) {
    if (said[key] !== undefined && !isPattern(said[key])) {
      throw new TypeError(`"${key}" of a sign must be ${A_PATTERN}`);
    }
  }
  const names = ["program", "script", "module", "title"].filter((key) => said[key] !== undefined);
  if (names.length !== 1 || !isHint(said[names[0] as string])) {
    throw new TypeError("a sign needs one of program, script, module, title: a name or a pattern");
  }
  const isRun = said["script"] !== undefined || said["title"] !== undefined;
  if (isRun && !(Array.isArray(said["of"]) && said["of"].every((one) => Object.hasOwn(INTERPRETERS, one as string)))) {
    throw new TypeError(`"of" of a sign must be a list of what runs it: ${Object.keys(INTERPRETERS).join(", ")}`);
  }
  if (!isText(said["because"]) || said["because"] === "") throw new TypeError(`"because" of a sign must be a text`);
}

function expectTexts(given: unknown, what: string): void {
  if (given !== undefined && !areTexts(given)) throw new TypeError(`${what} must be a list of texts`);
}

/** What decides how a process is judged: a lifeline that there is not, or `share` for `shared`. */
function expectPart(part: Fields, keys: Every<string>): void {
  expectRole(part["role"]);
  const { lifeline } = part;
  if (lifeline !== undefined && !(isText(lifeline) && Object.hasOwn(LIFELINES, lifeline))) {
    throw new TypeError(`there is no lifeline ${shown(lifeline)}, there are ${Object.keys(LIFELINES).join(", ")}`);
  }
  for (const key of ["shared", "detached", "debris"]) {
    const said = part[key];
    if (said !== undefined && typeof said !== "boolean") throw new TypeError(`"${key}" must be true or false`);
  }
  expectKeys(part, keys);
}

function expectKeys(said: Fields, keys: Every<string>): void {
  const unknown = strange(said, keys);
  if (unknown === undefined) return;
  throw new TypeError(`there is no ${shown(unknown)}, there are ${Object.keys(keys).join(", ")}`);
}

/** The same of a whole plugin. */
function expectKnown(plugin: Fields, keys: Every<string>): void {
  const unknown = strange(plugin, keys);
  if (unknown !== undefined) throw new TypeError(`unknown key "${unknown}"`);
}

function strange(said: Fields, keys: Every<string>): string | undefined {
  return Object.keys(said).find((key) => !Object.hasOwn(keys, key));
}

/** Says in which list a part is wrong. */
function inside(key: string, expectIt: () => unknown): void {
  try {
    expectIt();
  } catch (error) {
    throw new TypeError(`"${key}": ${(error as Error).message}`);
  }
}

/** What was given, for people. */
export function shown(given: unknown): string {
  if (given instanceof Promise) {
    // That it fails later is of no interest any more.
    given.catch(() => {});
    return "a promise";
  }
  const text = isText(given) || Array.isArray(given) || has(given, () => true) ? JSON.stringify(given) : String(given);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
