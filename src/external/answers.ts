/**
 * What the functions of a plugin of somebody's own may give. It is taken at its word, so it has to be one: a promise that
 * nobody waits for names no living owner, and holds nobody back.
 *
 * @module
 */
import {
  areTexts,
  expectClaim,
  expectDetails,
  type Fields,
  has,
  isEntry,
  isPattern,
  isText,
  list,
  shown,
} from "./data.ts";

const VERDICTS: ReadonlySet<unknown> = new Set(["leftover", "owned", "spared", "unsure"]);

/** Whether it is one, and what one is. */
type Answer = readonly [isOne: (given: unknown) => boolean, what: string];

const orNothing = (isOne: (given: unknown) => boolean) => (given: unknown) => given === undefined || isOne(given);

const isJudged = (given: unknown) => has(given, ({ verdict, because }) => VERDICTS.has(verdict) && isText(because));
const isPlace = (given: unknown) =>
  isEntry(given) &&
  has(given, ({ base, in: between }) => isText(base) && (between === undefined || isPattern(between)));
const isOwner = (given: unknown) =>
  has(given, (said) =>
    isText(said["unsure"]) || said["nobody"] === true ||
    (typeof said["pid"] === "number" && (said["host"] === undefined || isText(said["host"]))));

const JUDGED = "verdict (leftover, owned, spared, unsure) and because";
const TEXTS: Answer = [areTexts, "a list of texts"];

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
  if (name === "claim" && given !== undefined) expectClaim(given as Fields);
}
