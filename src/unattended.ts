/**
 * What everything that nobody watches asks first: where the person's state lies, whether it is switched off,
 * paused, or was at work just now. Asked in the path of every command, so it loads nothing, above all not
 * node:fs, which takes longer than all of this.
 *
 * @module
 */

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
