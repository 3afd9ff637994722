/**
 * What the functions of a plugin of somebody's own may give. It is taken at its word, so it has to be one: a promise that
 * nobody waits for names no living owner, and holds nobody back.
 *
 * @module
 */
import type { Claim, Detail, Lifeline, Role } from "../contract.ts";
import { ROLES } from "../judge/claims.ts";
import type { Root } from "../leftovers/places.ts";
import type { Lair } from "../leftovers/remains.ts";
import type { Interpreter } from "../vocabulary/command.ts";
import type { RoleRule, Sign } from "../vocabulary/family.ts";

/** A record, so that none is forgotten. */
const DETAILS: Readonly<Record<Detail, true>> = {
  owner: true,
  command: true,
  executable: true,
  directory: true,
  environment: true,
  cgroup: true,
  status: true,
  namespace: true,
  stdio: true,
  holders: true,
  otherNetworks: true,
  supervisor: true,
  sockets: true,
};

/** The same. */
const ROOTS: Readonly<Record<Root, true>> = {
  home: true,
  temporary: true,
  data: true,
  cache: true,
  codex: true,
  claude: true,
};

/** The same. */
const LIFELINES: Readonly<Record<Lifeline, true>> = {
  stdio: true,
  output: true,
  terminal: true,
  none: true,
  network: true,
};

/** The same. */
const OF_CLAIM: Readonly<Record<keyof Claim, true>> = {
  family: true,
  role: true,
  because: true,
  lifeline: true,
  shared: true,
  detached: true,
  debris: true,
};

/** The same. */
const OF_RULE: Readonly<Record<keyof RoleRule, true>> = {
  role: true,
  words: true,
  options: true,
  lifeline: true,
  shared: true,
  detached: true,
};

/** The same. */
const OF_LAIR: Readonly<Record<keyof Lair, true>> = {
  under: true,
  at: true,
  in: true,
  entry: true,
  kind: true,
  reads: true,
};

/** The same. */
const INTERPRETERS: Readonly<Record<Interpreter, true>> = {
  node: true,
  bun: true,
  deno: true,
  python: true,
  php: true,
  ruby: true,
  java: true,
  dotnet: true,
  shell: true,
  cmd: true,
};

type KeyOf<T> = T extends unknown ? keyof T : never;

/** The same. */
const OF_SIGN: Readonly<Record<KeyOf<Sign>, true>> = {
  program: true,
  script: true,
  of: true,
  module: true,
  title: true,
  at: true,
  words: true,
  options: true,
  because: true,
};

const VERDICTS: ReadonlySet<unknown> = new Set(["leftover", "owned", "spared", "unsure"]);
const KINDS: ReadonlySet<unknown> = new Set(["file", "directory", "symlink"]);
const LONGEST_SHOWN = 60;

type Fields = Readonly<Record<string, unknown>>;
/** Whether it is one, and what one is. */
type Answer = readonly [isOne: (given: unknown) => boolean, what: string];

const isText = (given: unknown): given is string => typeof given === "string";
const has = (given: unknown, isRight: (fields: Fields) => boolean): boolean =>
  typeof given === "object" && given !== null && isRight(given as Fields);
const orNothing = (isOne: (given: unknown) => boolean) => (given: unknown) => given === undefined || isOne(given);
const list = (isOne: (given: unknown) => boolean) => (given: unknown) => Array.isArray(given) && given.every(isOne);

const isJudged = (given: unknown) => has(given, ({ verdict, because }) => VERDICTS.has(verdict) && isText(because));
/** One that remembers where it was (`g`, `y`) says yes to a name and no to the next of the same. */
const isPattern = (given: unknown) => given instanceof RegExp && !given.global && !given.sticky;
const isHint = (given: unknown) => (isText(given) && given !== "") || isPattern(given);
const A_PATTERN = "a pattern (/…/, without g or y)";
const READ = `names, lock, port and { text: "itself" or { file } }`;
const isRead = (given: unknown) =>
  ["names", "lock", "port"].includes(given as string) ||
  has(given, ({ text, fields }) =>
    (text === "itself" || has(text, ({ file }) =>
      isText(file))) && (fields === undefined || TEXTS[0](fields)));
const isPlace = (given: unknown) =>
  has(given, (said) =>
    isText(said["base"]) && isPattern(said["entry"]) && KINDS.has(said["kind"]) &&
    (said["in"] === undefined || isPattern(said["in"])));
const isOwner = (given: unknown) =>
  has(given, (said) =>
    isText(said["unsure"]) || said["nobody"] === true ||
    (typeof said["pid"] === "number" && (said["host"] === undefined || isText(said["host"]))));

const JUDGED = "verdict (leftover, owned, spared, unsure) and because";
const TEXTS: Answer = [list(isText), "a list of texts"];

/** By the function's name. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  render: [isText, "a text"],
  claim: [
    orNothing((given) => has(given, ({ family, because }) => isText(family) && isText(because))),
    "a claim, which has family, role and because, or undefined",
  ],
  object: [
    orNothing((given) =>
      has(given, ({ stands, because }) => (stands === "spare" || stands === "unsure") && isText(because))
    ),
    "an objection, which has stands (spare, unsure) and because, or undefined",
  ],
  files: TEXTS,
  listed: TEXTS,
  places: [list(isPlace), "a list of places, which have base, entry (a pattern) and kind (file, directory, symlink)"],
  owner: [orNothing((given) => typeof given === "number"), "a process id, or undefined"],
  judge: [
    orNothing((given) => isJudged(given) && has(given, ({ family }) => isText(family))),
    `a judgement, which has family, ${JUDGED}, or undefined`,
  ],
  stays: [orNothing(isJudged), `a judgement, which has ${JUDGED}, or undefined`],
  whose: [
    orNothing(isOwner),
    "who owns it: pid (a number) and perhaps host, nobody: true, unsure (a text), or undefined",
  ],
};

/** @throws {TypeError} When a function of this name gave what it may not: what that is, and what it may be. */
export function expectAnswer(name: string, given: unknown): void {
  if (name === "alsoNeeds") return expectDetails(given);
  const [isOne, what] = ANSWERS[name] ?? [];
  if (isOne?.(given) === false) throw new TypeError(`it gives ${shown(given)}, and not ${what}`);
  if (name === "claim" && given !== undefined) expectPart(given as Fields, OF_CLAIM);
}

/** @throws {TypeError} When a place of a leftover family is none. */
export function expectLair(lair: unknown): void {
  const { under, entry, kind } = (lair ?? {}) as Fields;
  if (!isText(under) || !Object.hasOwn(ROOTS, under)) {
    throw new TypeError(`there is no tree ${shown(under)} to be under, there are ${Object.keys(ROOTS).join(", ")}`);
  }
  if (!isPlace({ base: "", entry, kind })) {
    throw new TypeError(`"entry" must be ${A_PATTERN}, and "kind" one of ${[...KINDS].join(", ")}`);
  }
  const { at, in: between, reads } = lair as Fields;
  if (at !== undefined && !(isText(at) && at.split("/").every((part) => !["", ".", ".."].includes(part)))) {
    throw new TypeError(`"at" must be a directory in that tree, parts joined by /`);
  }
  if (between !== undefined && !isPattern(between)) throw new TypeError(`"in" must be ${A_PATTERN}`);
  // What is not read keeps nothing.
  if (reads !== undefined && !(Array.isArray(reads) && reads.every(isRead))) {
    throw new TypeError(`"reads" must be a list of ${READ}, and not ${shown(reads)}`);
  }
  expectKeys(lair as Fields, OF_LAIR);
}

/** @throws {TypeError} When the names to look at are none. */
export function expectHints(hints: unknown): void {
  if (!(Array.isArray(hints) && hints.every(isHint))) {
    throw new TypeError(`"hints" must be a list of names and patterns`);
  }
}

/** @throws {TypeError} That names the first that is none. */
export function expectDetails(needs: unknown): void {
  const isDetail = (need: unknown): boolean => isText(need) && Object.hasOwn(DETAILS, need);
  if (Array.isArray(needs) && needs.every(isDetail)) return;
  const wrong: unknown = Array.isArray(needs) ? needs.find((need) => !isDetail(need)) : needs;
  throw new TypeError(`there is no detail ${JSON.stringify(wrong)}, there are ${Object.keys(DETAILS).join(", ")}`);
}

/** @throws {TypeError} When there is no such role. */
export function expectRole(role: unknown): void {
  if (ROLES.has(role as Role)) return;
  throw new TypeError(`there is no role ${JSON.stringify(role)}, there are ${[...ROLES].join(", ")}`);
}

/** @throws {TypeError} When a rule of a family is none. */
export function expectRule(rule: unknown): void {
  expectPart((rule ?? {}) as Fields, OF_RULE);
  for (const key of ["words", "options"]) {
    const list = (rule as Fields)[key];
    if (list !== undefined && !TEXTS[0](list)) throw new TypeError(`"${key}" of a rule must be ${TEXTS[1]}`);
  }
}

/** @throws {TypeError} When a sign of a family is none, or means more than it says. */
export function expectSign(sign: unknown): void {
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

/**
 * What decides how a process is judged. A slip of the keyboard in it would end what is to stay: of a lifeline that there is
 * not, or a `share` for `shared`, nothing would be heard.
 */
function expectPart(part: Fields, keys: Readonly<Record<string, true>>): void {
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

function expectKeys(said: Fields, keys: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(said).find((key) => !Object.hasOwn(keys, key));
  if (unknown === undefined) return;
  throw new TypeError(`there is no ${shown(unknown)}, there are ${Object.keys(keys).join(", ")}`);
}

function shown(given: unknown): string {
  if (given instanceof Promise) {
    // That it fails later is of no interest any more.
    given.catch(() => {});
    return "a promise";
  }
  const text = isText(given) || Array.isArray(given) || has(given, () => true) ? JSON.stringify(given) : String(given);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
