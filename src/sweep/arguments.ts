/**
 * What `sweep` is told, read without a command-line library: loading one takes longer than a sweep.
 * An option that is not known is refused, as everywhere: a mistyped one must not mean another.
 *
 * @module
 */
import type { Confidence } from "../contract.ts";
import { parseDuration } from "../duration.ts";

/** What `sweep` takes. */
export interface SweepOptions {
  readonly now?: boolean;
  readonly quiet?: boolean;
  readonly strict?: boolean;
  readonly everyMs?: number;
  readonly budgetMs?: number;
  readonly minAgeMs?: number;
  readonly graceMs?: number;
  readonly confidence?: Confidence;
}

type Growing = { -readonly [K in keyof SweepOptions]: SweepOptions[K] };

const SWITCHES: Readonly<Record<string, "now" | "quiet" | "strict">> = {
  "--now": "now",
  "--quiet": "quiet",
  "-q": "quiet",
  "--strict": "strict",
};
const DURATIONS: Readonly<Record<string, "everyMs" | "budgetMs" | "minAgeMs" | "graceMs">> = {
  "--every": "everyMs",
  "--budget": "budgetMs",
  "--min-age": "minAgeMs",
  "--grace": "graceMs",
};
const CONFIDENCES: readonly string[] = ["adopted", "likely", "proven"];

/** The options; `help` where they were asked for, or in one line what is wrong with them. */
export function readArguments(args: readonly string[]): SweepOptions | "help" | { readonly wrong: string } {
  const options: Growing = {};
  for (let at = 0; at < args.length; at++) {
    const typed = args[at] as string;
    if (typed === "--help" || typed === "-h") return "help";
    const equals = typed.indexOf("=");
    const name = equals < 0 || !typed.startsWith("--") ? typed : typed.slice(0, equals);
    const flag = Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : undefined;
    if (flag !== undefined && name === typed) {
      options[flag] = true;
      continue;
    }
    const duration = Object.hasOwn(DURATIONS, name) ? DURATIONS[name] : undefined;
    if (duration === undefined && name !== "--confidence") {
      return { wrong: `unknown option '${typed}': see agent-reaper sweep --help` };
    }
    const value = equals < 0 ? args[++at] : typed.slice(equals + 1);
    if (value === undefined) return { wrong: `${name} needs a value: see agent-reaper sweep --help` };
    if (duration !== undefined) {
      try {
        options[duration] = parseDuration(value);
      } catch (error) {
        return { wrong: `${name} ${value}: ${(error as Error).message}` };
      }
    } else if (CONFIDENCES.includes(value)) options.confidence = value as Confidence;
    else return { wrong: `--confidence ${value}: write adopted, likely or proven` };
  }
  return options;
}
