/**
 * The first steps of `sweep`, in the order of what they cost. Most sweeps end here: it is switched off, one ran a moment
 * ago, or nobody new has lost their parent. Nothing else imports what only these take, so that all of it is one file of
 * the program; what goes on from here is loaded only then.
 *
 * @module
 */
import { isDisabled, isPausedOrRecent, statePath } from "../unattended.ts";
import { readArguments } from "./arguments.ts";
import type { Begun } from "./begun.ts";
import { glance } from "./glance.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** A sweep that was over so shortly ago saw the same: fifty shells that start at once need one. */
const EVERY_MS = 1_000;

/** Takes the first steps. What is over at once is answered at once: to wait for an answer costs, too. */
export function begin(args: readonly string[], variables: Variables): Begun | Promise<Begun> {
  const options = readArguments(args);
  return options === "slowly" ? beginSlowly(args, variables) : beginWith(options, args, variables);
}

/** A duration is written as no hook writes it. */
async function beginSlowly(args: readonly string[], variables: Variables): Promise<Begun> {
  const { parseDuration } = await import("../duration.ts");
  return beginWith(readArguments(args, parseDuration) as Read, args, variables);
}

type Read = Exclude<ReturnType<typeof readArguments>, "slowly">;

function beginWith(options: Read, args: readonly string[], variables: Variables): Begun {
  if (options === "help") return "help";
  if ("wrong" in options) return { wrong: options.wrong, strict: args.includes("--strict") };
  if (isDisabled(variables)) return "over";
  const begun = { options, everyMs: options.everyMs ?? (options.now === true ? 0 : EVERY_MS) };
  const home = cheapHome(variables);
  if (home === undefined) return begun;
  const state = statePath(process.platform, home, variables);
  if (isPausedOrRecent(state, begun.everyMs)) return "over";
  return process.platform === "linux" ? glance(begun, state, home, variables) : begun;
}

/** Where it is told without reading anything. Under sudo the person is another, and is looked up. */
function cheapHome(variables: Variables): string | undefined {
  if (process.platform === "win32") return variables["USERPROFILE"];
  const home = variables["HOME"];
  if (home === undefined || !home.startsWith("/")) return undefined;
  return variables["SUDO_UID"] === undefined && variables["PKEXEC_UID"] === undefined ? home : undefined;
}
