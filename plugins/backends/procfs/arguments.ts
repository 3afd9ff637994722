/**
 * `/proc/<pid>/cmdline` and `/proc/<pid>/environ`: texts that end with NUL each.
 *
 * @module
 */

/**
 * Arguments. A program that writes a title over them (setproctitle, Node's `process.title`) leaves NULs
 * behind: all at the end go, and with them empty arguments that really were the last.
 */
export function parseArguments(bytes: Buffer, length: number): string[] {
  let end = length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end === 0 ? [] : bytes.toString("utf8", 0, end).split("\0");
}

/** The named variables and no others; the first of a name counts, as getenv(3) has it. */
export function parseEnvironment(
  bytes: Buffer,
  length: number,
  variables: ReadonlySet<string>,
): Record<string, string> {
  const text = `\0${bytes.toString("utf8", 0, length)}`;
  const found: Record<string, string> = {};
  for (const name of variables) {
    const at = text.indexOf(`\0${name}=`);
    if (at < 0) continue;
    const from = at + name.length + 2;
    const end = text.indexOf("\0", from);
    found[name] = text.slice(from, end < 0 ? undefined : end);
  }
  return found;
}
