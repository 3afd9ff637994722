/**
 * The first steps of `sweep`, in the order of what they cost. Most sweeps end here: it is switched off, or
 * one ran a moment ago. What goes on from here is loaded only then.
 *
 * @module
 */
import { isDisabled, isPausedOrRecent, statePath } from "../unattended.ts";
import { readArguments } from "./arguments.ts";
import type { Begun } from "./begun.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** A sweep that was over so shortly ago saw the same: fifty shells that start at once need one. */
const EVERY_MS = 1_000;

/** Takes the first steps. */
export async function begin(args: readonly string[], variables: Variables): Promise<Begun> {
  let options = readArguments(args);
  if (options === "slowly") {
    const { parseDuration } = await import("../duration.ts");
    options = readArguments(args, parseDuration) as Exclude<typeof options, "slowly">;
  }
  if (options === "help") return "help";
  if ("wrong" in options) return { wrong: options.wrong, strict: args.includes("--strict") };
  if (isDisabled(variables)) return "over";
  const begun = { options, everyMs: options.everyMs ?? (options.now === true ? 0 : EVERY_MS) };
  const home = cheapHome(variables);
  if (home === undefined) return begun;
  const state = statePath(process.platform, home, variables);
  if (isPausedOrRecent(state, begun.everyMs)) return "over";
  if (process.platform !== "linux") return begun;
  const { glance } = await import("./glance.ts");
  return glance(begun, state);
}

/** Where it is told without reading anything. Under sudo the person is another, and is looked up. */
function cheapHome(variables: Variables): string | undefined {
  if (process.platform === "win32") return variables["USERPROFILE"];
  const home = variables["HOME"];
  if (home === undefined || !home.startsWith("/")) return undefined;
  return variables["SUDO_UID"] === undefined && variables["PKEXEC_UID"] === undefined ? home : undefined;
}
