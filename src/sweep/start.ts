/**
 * The first steps of `sweep`, in the order of what they cost. Most sweeps end here: one ran a moment ago,
 * another is at work, or nobody new has lost their parent since the last one looked. What goes on from here
 * is loaded only then.
 *
 * @module
 */
import { adoptedBy } from "../../plugins/backends/procfs/glance.ts";
import { keepFile } from "../../plugins/backends/procfs/kept-file.ts";
import type { KeptFile } from "../contract.ts";
import { isDisabled, pausedUntil, writtenAt } from "../pause.ts";
import { statePath } from "../state-path.ts";
import { readArguments, type SweepOptions } from "./arguments.ts";
import { MEMORY, parseRest } from "./memory.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** A sweep that was over so shortly ago saw the same: fifty shells that start at once need one. */
const EVERY_MS = 1_000;
/** However much a damaged file promises. */
export const LONGEST_REST_MS = 600_000;

/** What the rest of the program is to do. */
export type Begun = "nothing" | "help" | { readonly wrong: string; readonly strict: boolean } | {
  readonly options: SweepOptions;
  readonly kept?: KeptFile;
};

/** Begins a sweep; `nothing` when there is no more to do. */
export function begin(args: readonly string[], variables: Variables): Begun {
  const options = readArguments(args);
  if (options === "help") return "help";
  if ("wrong" in options) return { wrong: options.wrong, strict: args.includes("--strict") };
  if (isDisabled(variables)) return "nothing";
  const home = cheapHome(variables);
  if (home === undefined) return { options };
  const state = statePath(process.platform, home, variables);
  if (isPausedOrRecent(state, options)) return "nothing";
  if (process.platform !== "linux") return { options };
  const kept = keepMemory(state);
  if (kept === "taken") return "nothing";
  if (kept === undefined) return { options };
  // While we waited for nothing but the processor, another may have come and gone.
  if (isPausedOrRecent(state, options) || (options.now !== true && isResting(kept, options))) {
    kept.release();
    return "nothing";
  }
  return { options, kept };
}

/** Whether there is nothing to do for the time being. */
export function isPausedOrRecent(state: string, options: SweepOptions): boolean {
  const nowAt = Date.now();
  if (pausedUntil(state, nowAt) !== undefined) return true;
  const everyMs = options.everyMs ?? (options.now === true ? 0 : EVERY_MS);
  // Empty it is new: somebody has just opened it and has not looked yet, perhaps ourselves.
  const agoMs = nowAt - (writtenAt(`${state}/${MEMORY}`, "with something in it") ?? 0);
  // A sweep of the future: the clock was set back, and it does not count.
  return agoMs >= 0 && agoMs < everyMs;
}

/** The options that change what is found, in one word. */
export function askedFor({ minAgeMs, graceMs, confidence }: SweepOptions): string {
  return `${minAgeMs ?? ""}/${graceMs ?? ""}/${confidence ?? ""}`;
}

/** Where it is told without reading anything. Under sudo the person is another, and is looked up. */
function cheapHome(variables: Variables): string | undefined {
  const home = variables["HOME"];
  if (process.platform === "win32") return variables["USERPROFILE"];
  if (home === undefined || !home.startsWith("/")) return undefined;
  return variables["SUDO_UID"] === undefined && variables["PKEXEC_UID"] === undefined ? home : undefined;
}

function keepMemory(state: string): KeptFile | "taken" | undefined {
  try {
    return keepFile(`${state}/${MEMORY}`, process.geteuid?.() ?? -1);
  } catch {
    return undefined;
  }
}

/** Nobody new has lost their parent, and nobody who had is due. */
function isResting(kept: KeptFile, options: SweepOptions): boolean {
  const rest = parseRest(kept.text);
  const nowAt = Date.now();
  if (rest === undefined || rest.asked !== askedFor(options)) return false;
  if (nowAt < rest.lookedAt || nowAt >= Math.min(rest.untilAt, rest.lookedAt + LONGEST_REST_MS)) return false;
  const adopted = adoptedBy(rest.adopters);
  if (adopted === undefined) return false;
  // Started in the background, we are adopted ourselves, or the shell that started us is.
  const known = new Set(rest.adopted).add(String(process.pid)).add(String(process.ppid));
  if (!adopted.every((pid) => known.has(pid))) return false;
  // Its mtime says that a sweep was here. What it says stays the same.
  return kept.write(kept.text.slice(0, 1));
}
