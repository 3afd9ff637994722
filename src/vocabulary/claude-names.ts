/**
 * What the kernel calls Claude Code. Of most processes the short name is all that is read: enough to leave in doubt who
 * one is, never to end it. Pure.
 *
 * @module
 */

/** Native versions are called by their version's number. */
const VERSION = /^\d+\.\d+\.\d+/;
/**
 * What other versions run in, with whatever more there is to the name (`node-MainThread`, `bun.exe`). Editors run those of
 * their extension in helpers of their own: `Code Helper (Plugin)`.
 */
const RUNTIME = /^(?:node|bun|deno|MainThread|Electron)|\bHelper\b/i;

/** Whether it has Claude's name, or one made of it (`.claude-wrapped`, as Nix has it). */
export function isCalledClaude(name: string): boolean {
  return name.toLowerCase().includes("claude") || VERSION.test(name);
}

/** The same, or it is what may run it, or nobody knows what it is called. */
export function mayRunClaude(name: string | undefined): boolean {
  return name === undefined || isCalledClaude(name) || RUNTIME.test(name);
}
