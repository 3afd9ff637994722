/**
 * One word in the languages that we write: of shells, and of git's configuration. A path may hold anything but NUL.
 *
 * @module
 */

/** For POSIX shells, and for fish where there is no backslash in it. */
export function forShell(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same for people to type: as it is, where nothing in it means more to a shell. */
export function asTyped(word: string): string {
  return /^[\w@%+=:,./-][\w@%+=:,./~-]*$/.test(word) ? word : forShell(word);
}

/** For fish, which knows two escapes inside of single quotes. */
export function forFish(word: string): string {
  return `'${word.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/**
 * For PowerShell, as an expression, in ASCII alone: Windows PowerShell 5.1 reads a script without a byte order mark in
 * the code page of the machine, and a pipe in that of the console; besides, it takes typographic quotes for quotes.
 */
export function forPowerShell(word: string): string {
  const parts = (word.match(/[\0-\x7f]+|[^]/g) ?? [""]).map((part) =>
    /^[\0-\x7f]*$/.test(part) ? `'${part.replaceAll("'", "''")}'` : `[char]0x${part.charCodeAt(0).toString(16)}`
  );
  // Two characters would be added as numbers: a text comes first.
  if (parts[0]?.startsWith("'") !== true) parts.unshift("''");
  return parts.length === 1 ? parts[0] as string : `(${parts.join(" + ")})`;
}

/** A value in git's configuration. */
export function forGitConfig(value: string): string {
  const escaped = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return `"${escaped}"`;
}
