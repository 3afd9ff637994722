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
export function withProgram(printed: readonly string[], name: string | undefined): readonly string[] {
  const argv = isOwn(printed[0] ?? "") ? withScript(printed) : printed;
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

/** The same where the executable is known. Arguments that were never split do not spell it in pieces. */
export function withExecutable(argv: readonly string[], exe: string): readonly string[] {
  if (argv.length === 1 || !exe.includes(" ")) return argv;
  let path = argv[0] as string;
  for (let at = 1; at < argv.length && path.length < exe.length; at++) {
    path += ` ${argv[at]}`;
    if (path === exe) return [path, ...argv.slice(at + 1)];
  }
  return argv;
}

/** Whether any of the places that are asked for here stands in a command's text: elsewhere than on macOS hardly any does. */
export function namesPlaceOfMac(said: string): boolean {
  return said.includes("/Users/") || said.includes("/Volumes/") || said.includes("/Library/Application");
}

/** Whether what is run lies where only macOS has people and disks: arguments that were told whole lie elsewhere. */
export function liesOnMac(argv: readonly string[]): boolean {
  const script = argv.find((piece, index) => index > 0 && piece.startsWith("/"));
  return script !== undefined && (script.startsWith("/Users/") || script.startsWith("/Volumes/"));
}

/** A disk's own directory or a person's, up to a blank: no script, so its name goes on. */
function isOwn(path: string): boolean {
  const end = path.lastIndexOf("/") + 1;
  return end < path.length && PLACES.has(path.slice(0, end));
}

const PLACES = new Set(["/Volumes/", "/Users/"]);

/**
 * The same of what an interpreter runs: applications keep scripts below directories of macOS' own that have a blank, and
 * so have the names of disks and of people.
 */
export function withScript(argv: readonly string[]): readonly string[] {
  if (!argv.some((piece) => piece.endsWith("/Library/Application") || isOwn(piece))) return argv;
  const found: string[] = [];
  for (const piece of argv) {
    const before = found.at(-1) ?? "";
    const goesOn = (before.endsWith("/Library/Application") && piece.startsWith("Support/")) ||
      (before.endsWith("/Application Support/Claude/Claude") && piece.startsWith("Extensions/")) ||
      (isOwn(before) && !/^[-/]/.test(piece));
    if (goesOn) found[found.length - 1] = `${before} ${piece}`;
    else found.push(piece);
  }
  return found;
}

/** What a script is called by, and where programs lie that have no ending. */
const SCRIPT = /\.(?:[cm]?[jt]sx?|py|phar|jar|dll)$/;
const PROGRAM = /\/\.?bin\/[^/]+$/;

/**
 * `node /Users/mo/src/mcp server/site.js`: a directory is no script, and what goes on with a slash goes on in it. It is a
 * guess: `python3 /Users/mo/tools/lint src/site.py` is printed the same way.
 */
export function withEnding(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((piece, index) => index > 0 && piece.startsWith("/"));
  const script = argv[at];
  if (script === undefined || SCRIPT.test(script) || PROGRAM.test(script)) return argv;
  for (let to = at + 1; to < argv.length && to <= at + MOST_BLANKS; to++) {
    const piece = argv[to] as string;
    if (/^[-/]/.test(piece)) return argv;
    if (!piece.includes("/") || !SCRIPT.test(piece)) continue;
    return [...argv.slice(0, at), argv.slice(at, to + 1).join(" "), ...argv.slice(to + 1)];
  }
  return argv;
}

function isPathOf(path: string, name: string): boolean {
  const base = baseName(path);
  return base === name || (name.length >= CUT_AT - 1 && base.startsWith(name));
}
