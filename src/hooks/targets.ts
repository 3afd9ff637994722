/**
 * What can have a hook. Asked by sweeps, too, which load nothing else of hooks.
 *
 * @module
 */

/** Everything that can have a hook. */
export const TARGETS = ["zsh", "bash", "fish", "powershell", "git", "claude", "codex"] as const;

/** Something that can have a hook. */
export type Target = (typeof TARGETS)[number];

/** The variable by which a hook tells the sweep that it starts whose that is. */
export const STARTED_BY = "AGENT_REAPER_HOOK";

/** Whether a name is that of something that can have a hook. */
export function isTarget(name: string | undefined): name is Target {
  return TARGETS.some((target) => target === name);
}
