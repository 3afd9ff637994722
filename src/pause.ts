/**
 * Whether everything unattended stands still: switched off in the environment, or paused for a while by
 * the person. Asked first of all, so it takes one look at one file and loads nothing.
 *
 * @module
 */

/** A file in the state directory; its mtime is when the pause ends. */
export const PAUSE = "paused";

/** Until when unattended work is paused, in epoch milliseconds; undefined when it is not. */
export function pausedUntil(state: string, nowAt: number): number | undefined {
  const until = writtenAt(`${state}/${PAUSE}`);
  return until !== undefined && until > nowAt ? until : undefined;
}

/** `AGENT_REAPER_DISABLE=1` switches off all that nobody asked for at that moment. */
export function isDisabled(variables: Readonly<Record<string, string | undefined>>): boolean {
  const value = variables["AGENT_REAPER_DISABLE"];
  return value !== undefined && value !== "" && value !== "0";
}

/** What Bun tells of a file that is not there, or not to be seen. */
const NO_TIME = 2 ** 52 - 1;

/** When a file was last written to, in epoch milliseconds. Bun's own: node:fs takes longer to load than all else. */
export function writtenAt(path: string, kind: "any" | "with something in it" = "any"): number | undefined {
  const file = Bun.file(path);
  const { lastModified } = file;
  if (lastModified <= 0 || lastModified >= NO_TIME) return undefined;
  return kind === "any" || file.size > 0 ? lastModified : undefined;
}
