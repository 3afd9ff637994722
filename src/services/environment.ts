/**
 * What of a person's environment has to hold where nobody's shell was read: a service that does not find their
 * configuration has none of their rules, and one that does not find their state knows no host's record.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import { configPath } from "../config-place.ts";
import { statePath } from "../state.ts";
import { visible } from "../text.ts";

const PLACES = ["AGENT_REAPER_CONFIG", "AGENT_REAPER_STATE", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] as const;

/** A variable and its value. */
export type Variable = readonly [name: string, value: string];

/** The variables that decide where configuration and state lie. */
export function placesIn(
  platform: NodeJS.Platform,
  home: string,
  variables: Readonly<Record<string, string | undefined>>,
): readonly Variable[] {
  const placed = (those: typeof variables) =>
    JSON.stringify([configPath(platform, home, those), statePath(platform, home, those)]);
  return PLACES.flatMap((name) => {
    const value = variables[name];
    const decides = placed(variables) !== placed({ ...variables, [name]: undefined });
    if (!decides || value === undefined) return [];
    // It stands in a line of somebody's file.
    if (/\p{Cc}/u.test(value)) throw new Complaint(`${name}=${visible(value)}: no service takes such a path: move it`);
    return [[name, value] as const];
  });
}
