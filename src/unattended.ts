/**
 * What everything that nobody watches asks first: where the person's state lies, whether it is switched off,
 * paused, was at work just now, or may rest. Asked in the path of every command, so it loads nothing, above all not
 * node:fs, which takes longer than all of this, and is one file: each more costs as much as reading a process.
 *
 * @module
 */
import type { SweepOptions } from "./sweep/arguments.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The file that unattended looks remember in (sweep/memory.ts). Its mtime is when one was last at work. */
export const MEMORY = "sweep";

/** Its mtime is when a pause ends. */
export const PAUSE = "paused";

/** Where the state lies; it need not be there yet. */
export function statePath(platform: NodeJS.Platform, home: string, variables: Variables): string {
  const named = variables["AGENT_REAPER_STATE"];
  // A relative path would lead into the current directory, which is never trusted.
  if (named !== undefined && (named.startsWith("/") || /^[A-Za-z]:[\\/]/.test(named))) return named;
  if (platform === "win32") return `${variables["LOCALAPPDATA"] ?? `${home}\\AppData\\Local`}\\agent-reaper`;
  if (platform === "darwin") return `${home}/Library/Application Support/agent-reaper`;
  const base = variables["XDG_STATE_HOME"];
  return `${base?.startsWith("/") === true ? base : `${home}/.local/state`}/agent-reaper`;
}

/** Where the configuration lies, if there is one; undefined when a relative path names it. */
export function configPlace(platform: NodeJS.Platform, home: string, variables: Variables): string | undefined {
  const named = variables["AGENT_REAPER_CONFIG"];
  if (named !== undefined && named !== "") {
    // From a variable that outlives a change of directory a relative path would lead to anybody's file.
    const isAbsolute = platform === "win32" ? /^(?:[A-Za-z]:)?[\\/]/.test(named) : named.startsWith("/");
    return isAbsolute ? named : undefined;
  }
  if (platform === "win32") return `${variables["APPDATA"] ?? `${home}\\AppData\\Roaming`}\\agent-reaper\\config.toml`;
  const base = variables["XDG_CONFIG_HOME"];
  // The XDG specification: a relative path is to be ignored. It would lead into the current directory.
  return `${base?.startsWith("/") === true ? base : `${home}/.config`}/agent-reaper/config.toml`;
}

/** `AGENT_REAPER_DISABLE=1` switches off all that nobody asks for at that moment. */
export function isDisabled(variables: Variables): boolean {
  const value = variables["AGENT_REAPER_DISABLE"];
  return value !== undefined && value !== "" && value !== "0";
}

/** Until when unattended work is paused, in epoch milliseconds; undefined when it is not. */
export function pausedUntil(state: string, nowAt: number): number | undefined {
  const until = writtenAt(`${state}/${PAUSE}`, "any");
  return until !== undefined && until > nowAt ? until : undefined;
}

/** When a sweep was last at work, in epoch milliseconds. Of an empty memory none was: it has just been made. */
export function lastSweptAt(state: string): number | undefined {
  return writtenAt(`${state}/${MEMORY}`, "with something in it");
}

/** Whether there is nothing to do for the time being: paused, or somebody was at work less than this ago. */
export function isPausedOrRecent(state: string, everyMs: number): boolean {
  return pausedUntil(state, Date.now()) !== undefined || isRecent(lastSweptAt(state), everyMs);
}

/** Whether that is less than this ago. */
export function isRecent(at: number | undefined, everyMs: number): boolean {
  const agoMs = Date.now() - (at ?? 0);
  // A sweep of the future: the clock was set back, and it does not count.
  return agoMs >= 0 && agoMs < everyMs;
}

/** What Bun tells of a file that is not there, or not to be seen. */
const NO_TIME = 2 ** 52 - 1;

function writtenAt(path: string, kind: "any" | "with something in it"): number | undefined {
  const file = Bun.file(path);
  const { lastModified } = file;
  if (lastModified <= 0 || lastModified >= NO_TIME) return undefined;
  return kind === "any" || file.size > 0 ? lastModified : undefined;
}

/** How the first line of a sweep's memory begins: until when sweeps need not look. */
const NAME = "agent-reaper/sweep 1";
/** How it ends: whoever is new may be told by its words, or takes a look. */
const BY_WORDS = "words";
const BY_LOOKS = "looks";

/** However much a damaged file promises. */
export const LONGEST_REST_MS = 600_000;

/** What lies on disk harms nobody for an hour. */
export const TIDY_MS = 3_600_000;
/** Before the time of the last look at it, in a memory. */
export const TIDIED_AT = '"tidiedAt":';

/** Each is asked for its children. A damaged file may name more than there are. */
const MOST_ADOPTERS = 1_000;

/** Until when nothing can have become due, as long as nobody new is adopted. */
export interface Rest {
  /** Containers and machines that share a home share this, and no pid: where it holds (placeOf). */
  readonly place: string;
  /** Epoch milliseconds of the look that found nothing to do now. */
  readonly lookedAt: number;
  readonly untilAt: number;
  /** The options that change what is found, and the configuration that does, in one word. */
  readonly asked: string;
  readonly adopters: readonly number[];
  /** Whom they had adopted at that look, with a comma before and behind each. */
  readonly adopted: string;
  /** Whether whoever is new may be told by its own words (src/sweep/strangers.ts). */
  readonly byWords: boolean;
}

/** One boot, and one pid namespace of it: what numbers are counted in. */
export function placeOf(place: { readonly bootId: string; readonly pidNamespace?: string | undefined }): string {
  return `${place.bootId}/${place.pidNamespace ?? ""}`;
}

/** The configuration as it is at this moment, in one word; nothing where there is none. */
export function configStamp(platform: NodeJS.Platform, home: string, variables: Variables): string {
  const path = configPlace(platform, home, variables);
  // For the look to refuse: no look was taken with that.
  if (path === undefined) return "wrong";
  const { lastModified, size } = Bun.file(path);
  return lastModified <= 0 || lastModified >= NO_TIME ? "" : `${lastModified}:${size}`;
}

/** The options that change what is found, and the configuration that does, in one word. */
export function askedFor({ minAgeMs, graceMs, confidence }: SweepOptions, configuration: string): string {
  return `${minAgeMs ?? ""}/${graceMs ?? ""}/${confidence ?? ""}/${configuration}`;
}

/** The first line of a memory; undefined when sweeps have to look. */
export function parseRest(text: string): Rest | undefined {
  const end = text.indexOf("\n");
  // Without a compiler the first destructuring, `map` or `for … of` costs more than reading a process.
  const words = text.slice(0, end < 0 ? 0 : end).split(" ");
  if (words.length !== 9 || `${words[0]} ${words[1]}` !== NAME) return undefined;
  const lookedAt = Number(words[2]);
  const untilAt = Number(words[3]);
  if (!Number.isSafeInteger(lookedAt) || !Number.isSafeInteger(untilAt) || untilAt === 0) return undefined;
  const adopters: number[] = [];
  const pids = (words[5] as string).split(",");
  if (pids.length > MOST_ADOPTERS) return undefined;
  for (let at = 0; at < pids.length; at++) adopters.push(Number(pids[at]));
  const byWords = words[7] === BY_WORDS;
  const asked = words[4] as string;
  const adopted = words[6] as string;
  return { place: words[8] as string, lookedAt, untilAt, asked, adopters, adopted, byWords };
}

/** Those of the adopted who had not been at that look. */
export function newAmong(adopted: readonly string[], rest: Rest, besides: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < adopted.length; at++) {
    const pid = adopted[at] as string;
    if (!rest.adopted.includes(`,${pid},`) && !besides.includes(pid)) found.push(pid);
  }
  return found;
}

/** The same as it is written. */
export function formatRest(rest: Rest | undefined): string {
  if (rest === undefined) return `${NAME} 0 0 - 0 , ${BY_LOOKS} -`;
  const { place, lookedAt, untilAt, asked, adopters, adopted, byWords } = rest;
  const told = byWords ? BY_WORDS : BY_LOOKS;
  return `${NAME} ${lookedAt} ${untilAt} ${asked} ${adopters.join(",")} ${adopted} ${told} ${place}`;
}
