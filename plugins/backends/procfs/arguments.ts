/**
 * `/proc/<pid>/cmdline` and `/proc/<pid>/environ`: texts that end with NUL each.
 *
 * @module
 */

/**
 * Arguments. A program that writes a title over them (setproctitle, Node's `process.title`) leaves NULs
 * behind: all at the end go, and with them empty arguments that really were the last.
 */
export function parseArguments(text: string): string[] {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === 0 ? [] : text.slice(0, end).split("\0");
}

/** The named variables and no others; the first of a name counts, as getenv(3) has it. */
export function parseEnvironment(text: string, variables: ReadonlySet<string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const variable of text.split("\0")) {
    const equals = variable.indexOf("=");
    const name = variable.slice(0, equals);
    if (equals >= 0 && variables.has(name) && !Object.hasOwn(found, name)) found[name] = variable.slice(equals + 1);
  }
  return found;
}
