/**
 * Where the state directory lies. Apart from what makes it, which takes longer to load than a whole sweep.
 *
 * @module
 */

type Variables = Readonly<Record<string, string | undefined>>;

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
