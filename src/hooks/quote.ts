/**
 * One word in the languages that hooks are written in. A path may hold anything but NUL.
 *
 * @module
 */

/** For POSIX shells, and for fish where there is no backslash in it. */
export function forShell(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** For fish, which knows two escapes inside of single quotes. */
export function forFish(word: string): string {
  return `'${word.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** For PowerShell, which takes typographic quotes for quotes too. */
export function forPowerShell(word: string): string {
  return `'${word.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}

/** A value in git's configuration. */
export function forGitConfig(value: string): string {
  const escaped = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return `"${escaped}"`;
}
