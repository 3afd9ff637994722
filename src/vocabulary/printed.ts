/**
 * Arguments as `ps` prints them on macOS: one line, with blanks between them and within them. Pure.
 *
 * @module
 */
import { baseName } from "../process.ts";

/** No path that `ps` printed has more blanks in it than this. */
const MOST_BLANKS = 8;
/** The kernel's own name of a program is cut here on macOS (MAXCOMLEN). */
const CUT_AT = 16;

/**
 * On macOS `ps` prints arguments with blanks between: `/Applications/Google Chrome.app/…/Google Chrome --headless`.
 * The program's path goes on until it ends like the kernel's own name.
 */
export function withProgram(argv: readonly string[], name: string | undefined): readonly string[] {
  const first = argv[0];
  if (name === undefined || first === undefined || !first.startsWith("/") || isPathOf(first, name)) return argv;
  let path = first;
  for (let at = 1; at < argv.length && at <= MOST_BLANKS; at++) {
    const piece = argv[at] as string;
    if (/^[-/]/.test(piece)) return argv;
    path += ` ${piece}`;
    if (isPathOf(path, name)) return [path, ...argv.slice(at + 1)];
  }
  return argv;
}

/** A disk's own directory, up to a blank: no script, so its name goes on. */
const DISK = /^\/Volumes\/[^/]+$/;

/**
 * The same of what an interpreter runs: applications keep scripts below directories of macOS' own that have a blank, and
 * so have the names of disks.
 */
export function withScript(argv: readonly string[]): readonly string[] {
  if (!argv.some((piece) => piece.endsWith("/Library/Application") || DISK.test(piece))) return argv;
  const found: string[] = [];
  for (const piece of argv) {
    const before = found.at(-1) ?? "";
    const goesOn = (before.endsWith("/Library/Application") && piece.startsWith("Support/")) ||
      (before.endsWith("/Application Support/Claude/Claude") && piece.startsWith("Extensions/")) ||
      (DISK.test(before) && !/^[-/]/.test(piece));
    if (goesOn) found[found.length - 1] = `${before} ${piece}`;
    else found.push(piece);
  }
  return found;
}

function isPathOf(path: string, name: string): boolean {
  const base = baseName(path);
  return base === name || (name.length >= CUT_AT - 1 && base.startsWith(name));
}
