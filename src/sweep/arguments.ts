/**
 * What `sweep` is told, read without a command-line library: loading one takes longer than a sweep. No
 * regular expression either, for without a compiler its first use takes as long as all the rest.
 *
 * An option that is not known is refused, as everywhere: a mistyped one must not mean another.
 *
 * @module
 */
import type { Confidence } from "../contract.ts";

/** What `sweep` takes. */
export interface SweepOptions {
  readonly now?: boolean;
  readonly quiet?: boolean;
  readonly strict?: boolean;
  readonly leftovers?: boolean;
  readonly everyMs?: number;
  readonly budgetMs?: number;
  readonly minAgeMs?: number;
  readonly graceMs?: number;
  readonly confidence?: Confidence;
}

/** How durations are read: `undefined` leaves one to somebody who reads them all. */
export type ReadDuration = (text: string) => number | undefined;

/**
 * The options; `help` where they were asked for; `slowly` where a duration takes a better reader; or in one
 * line what is wrong with them.
 */
export function readArguments(
  args: readonly string[],
  readDuration: ReadDuration = quickly,
): SweepOptions | "help" | "slowly" | { readonly wrong: string } {
  const options: { -readonly [K in keyof SweepOptions]: SweepOptions[K] } = {};
  for (let at = 0; at < args.length; at++) {
    const typed = args[at] as string;
    const equals = typed.startsWith("--") ? typed.indexOf("=") : -1;
    const name = equals < 0 ? typed : typed.slice(0, equals);
    const flag = equals < 0 ? flagOf(name) : undefined;
    if (flag === "help") return "help";
    if (flag !== undefined) {
      options[flag] = true;
      continue;
    }
    const wanted = valueOf(name);
    if (wanted === undefined) return { wrong: `unknown option '${typed}': see agent-reaper sweep --help` };
    const value = equals < 0 ? args[++at] : typed.slice(equals + 1);
    if (value === undefined) return { wrong: `${name} needs a value: see agent-reaper sweep --help` };
    if (wanted === "confidence") {
      if (value !== "adopted" && value !== "likely" && value !== "proven") {
        return { wrong: `${name} ${value}: write adopted, likely or proven` };
      }
      options.confidence = value;
      continue;
    }
    try {
      const duration = readDuration(value);
      if (duration === undefined) return "slowly";
      options[wanted] = duration;
    } catch (error) {
      return { wrong: `${name} ${value}: ${(error as Error).message}` };
    }
  }
  return options;
}

function flagOf(name: string): "now" | "quiet" | "strict" | "leftovers" | "help" | undefined {
  switch (name) {
    case "--now":
      return "now";
    case "--quiet":
    case "-q":
      return "quiet";
    case "--strict":
      return "strict";
    case "--leftovers":
      return "leftovers";
    case "--help":
    case "-h":
      return "help";
  }
  return undefined;
}

function valueOf(name: string): "everyMs" | "budgetMs" | "minAgeMs" | "graceMs" | "confidence" | undefined {
  switch (name) {
    case "--every":
      return "everyMs";
    case "--budget":
      return "budgetMs";
    case "--min-age":
      return "minAgeMs";
    case "--grace":
      return "graceMs";
    case "--confidence":
      return "confidence";
  }
  return undefined;
}

const ZERO = 48;

/** `60s`, `50ms`, `2m`, `24h`: what hooks are given. Everything else is for parseDuration. */
function quickly(text: string): number | undefined {
  let amount = 0;
  let at = 0;
  for (; at < text.length && at < 5; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    amount = amount * 10 + digit;
  }
  if (at === 0) return undefined;
  switch (text.slice(at)) {
    case "ms":
      return amount;
    case "s":
      return amount * 1_000;
    case "m":
      return amount * 60_000;
    case "h":
      return amount * 3_600_000;
  }
  return undefined;
}
