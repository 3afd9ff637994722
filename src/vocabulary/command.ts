/**
 * Reads a process's executable and arguments the way a person would: which program is this, and if
 * it is an interpreter, what does it run? Pure. Arguments are hostile input: nothing here trusts
 * more than the one element it looks at.
 *
 * @module
 */
import { type Interpreter, interpreterOf, type Ran, readScript } from "./interpreters.ts";
import { liesOnMac, namesPlaceOfMac, withEnding, withExecutable, withProgram, withScript } from "./printed.ts";
import { remember } from "./remembered.ts";
import { baseName } from "../process.ts";
import type { Process } from "../process.ts";

/** What a process runs. */
export interface Command extends Ran {
  /** The executable's path; argv[0] where the executable could not be read. */
  readonly path: string;
  /** Whether `path` is the executable's, and not only what the process says of itself. */
  readonly resolved: boolean;
  /** Base name of `path` without `.exe`. */
  readonly program: string;
  readonly interpreter?: Interpreter;
  /** Base name of `script`. */
  readonly scriptName?: string;
  /** Where the script's path ends was guessed: `ps` prints blanks between arguments and within them. */
  readonly isGuessed?: true;
  /** A title that the process gave itself in place of its arguments (npm does). */
  readonly title?: string;
  /** What it calls itself, its first argument. */
  readonly first?: string;
  /** Only the executable could be read. */
  readonly argumentsUnknown?: true;
}

/** Titles by which npm replaces its arguments: one element, blanks and all. */
const TITLE = /^(npm|npx|yarn|pnpm) [^\s]/;

const read = new WeakMap<readonly string[], { exe: Process["exe"]; command: Command | undefined }>();

let lastArgv: Process["argv"];
let lastExe: Process["exe"];
let last: Command | undefined;

/** The command of a process, or undefined where neither executable nor arguments are known. */
export function commandOf(process: Process): Command | undefined {
  const { argv, exe } = process;
  // One matcher after the other asks about the same process.
  if (argv === lastArgv && exe === lastExe && argv !== undefined && argv !== null) return last;
  last = findCommand(process);
  lastArgv = argv;
  lastExe = exe;
  return last;
}

function findCommand(process: Process): Command | undefined {
  const { argv } = process;
  if (argv === undefined || argv === null) {
    return typeof process.exe === "string" ? programAlone(process.exe) : undefined;
  }
  const known = read.get(argv);
  if (known !== undefined && known.exe === process.exe) return known.command;
  const command = commandSaid(process, argv);
  read.set(argv, { exe: process.exe, command });
  return command;
}

const said = new Map<string, Command | undefined>();

/** Many processes say the same: what is found out about one command is found out for all of them. */
function commandSaid(process: Process, argv: readonly string[]): Command | undefined {
  // One text for one command: in a recorded table an argument may hold whatever would part them otherwise.
  const told = process.exe === undefined && argv[0]?.startsWith("/") === true ? ` ${process.name}` : "";
  const text = JSON.stringify(argv) + JSON.stringify(process.exe) + told;
  let command = said.get(text);
  if (command === undefined && !said.has(text)) remember(said, text, command = readCommand(process, argv, text));
  return command;
}

function programAlone(exe: string): Command {
  const path = asInstalled(exe);
  return { path, resolved: true, program: programName(path), args: [], argumentsUnknown: true };
}

function readCommand(process: Process, given: readonly string[], said: string): Command | undefined {
  const argv = programWhole(padless(given), process);
  const first = argv[0];
  const path = typeof process.exe === "string" ? asInstalled(process.exe) : first;
  if (path === undefined || path === "") return undefined;
  const base = {
    path,
    resolved: typeof process.exe === "string",
    program: programName(path),
    ...(first === undefined ? {} : { first }),
  };
  const interpreter = interpreterOf(base.program) ??
    (base.resolved ? undefined : interpreterOf(programName(first ?? "")) ?? disguised(process, argv));
  // Anybody may write npm's title over his arguments: npm is run by Node, or by Bun.
  const isNpms = !base.resolved || interpreter === "node" || interpreter === "bun";
  if (argv.length === 1 && first !== undefined && isNpms && TITLE.test(first)) {
    return { ...base, title: first, args: first.split(" ").slice(1) };
  }
  // On macOS arguments come split at blanks: the title is in pieces. Node itself is never started by that name.
  if (argv.length > 1 && (first === "npm" || first === "npx") && (!base.resolved || interpreter === "node")) {
    return { ...base, title: argv.join(" "), args: argv.slice(1) };
  }
  if (interpreter === undefined) return { ...base, args: argv.slice(1) };
  const isMac = namesPlaceOfMac(said);
  const printed = isMac ? withScript(argv) : argv;
  const whole = base.resolved && !(isMac && liesOnMac(printed)) ? printed : withEnding(printed);
  const ran = readScript(interpreter, whole);
  if (ran.script === undefined) return { ...base, interpreter, ...ran };
  const script = uncapitalized(unwrapped(ran.script));
  const guessed = whole === printed ? {} : { isGuessed: true } as const;
  return { ...base, interpreter, ...ran, script, scriptName: baseName(script), ...guessed };
}

/** `exec -a cursor-agent node …/index.js`: where the executable is not told, the kernel's name says what runs the script. */
function disguised({ name = "" }: Process, argv: readonly string[]): Interpreter | undefined {
  const interpreter = interpreterOf(name);
  if (interpreter !== "node" && interpreter !== "bun") return undefined;
  const script = argv.find((argument, at) => at > 0 && !argument.startsWith("-"));
  return script?.startsWith("/") === true && script.endsWith(".js") ? interpreter : undefined;
}

/** Of what `ps` printed: once lsof has told the executable, its pieces spell that. */
function programWhole(argv: readonly string[], { exe, name }: Process): readonly string[] {
  return typeof exe === "string" ? withExecutable(argv, exe) : exe === undefined ? withProgram(argv, name) : argv;
}

/** Windows tells no case apart: a path in nothing but capitals was typed so, or made so by a program. */
function uncapitalized(path: string): string {
  return path[1] === ":" && /^[A-Z]:[^a-z]*$/.test(path) ? path.toLowerCase() : path;
}

/** A program that writes a shorter title over its arguments leaves NULs behind: empty arguments (setproctitle, node). */
function padless(argv: readonly string[]): readonly string[] {
  let end = argv.length;
  while (end > 1 && argv[end - 1] === "") end--;
  return end === argv.length ? argv : argv.slice(0, end);
}

const programs = new Map<string, string>();

/**
 * A path's base name without `.exe`. A login shell's leading dash is not part of the name. Windows shows a program's name
 * as it was called, in capitals for all it cares; names with some of them (`Codex.exe`) are those of applications.
 */
export function programName(path: string): string {
  const known = programs.get(path);
  if (known !== undefined) return known;
  const base = baseName(path);
  const called = base.endsWith(".EXE") && /^[^a-z]+\.EXE$/.test(base) ? base.toLowerCase() : base;
  const stem = withoutExe(called);
  const name = unwrapped(stem.startsWith("-") ? stem.slice(1) : stem);
  remember(programs, path, name);
  return name;
}

/** A Windows program's name without its ending. */
export function withoutExe(name: string): string {
  const end = name.length - ".exe".length;
  return name[end] === "." && name.slice(end).toLowerCase() === ".exe" ? name.slice(0, end) : name;
}

/** npm moves a package aside before it removes it: `@openai/.codex-3vAQs9Xz`. */
const RETIRED = /(?<=[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?)\.([^\\/]+)-[A-Za-z\d]{8}(?=[\\/])/;
/** What runs can on Windows only be renamed: `claude.exe.old.1780606666068`. */
const RENAMED = /(?<=\.exe)\.old(?:\.\d+)?$/i;

/** The path that an executable was started by, where an update has put the file out of the way while it ran. */
function asInstalled(exe: string): string {
  const renamed = exe.includes(".old") ? exe.replace(RENAMED, "") : exe;
  return renamed.includes("node_modules") ? renamed.replace(RETIRED, "$1") : renamed;
}

/** Nix puts `name` in front of `.name-wrapped` or `.name-unwrapped`, Guix in front of `.name-real`, executed under its name. */
function unwrapped(path: string): string {
  if (!path.endsWith("wrapped") && !path.endsWith("-real")) return path;
  return path.replace(/(^|\/)\.([^/]+)-(?:(?:un)?wrapped|real)$/, "$1$2");
}

/** The first word of a shell's text, past assignments and `exec`: what it will run. */
export function firstWord(text: string): string {
  return unquoted(text.trim().split(/\s+/).find((word) => word !== "exec" && !/^\w+=/.test(word)) ?? "");
}

/** npm writes `sh -c "'gemini' -p x"`. */
export function unquoted(word: string): string {
  return word.startsWith("'") || word.startsWith('"') ? word.replace(/^(['"])([^'"]*)\1$/, "$2") : word;
}

/**
 * The words of a command line before any option's value could be meant: `codex -c a=b exec` gives
 * `exec` when `-c` is among the options that take a value. Stops at one of `ends`.
 */
export function words(
  args: readonly string[],
  valued: ReadonlySet<string>,
  ends: ReadonlySet<string> = new Set(),
): string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] as string;
    if (argument === "--" || ends.has(argument)) break;
    if (valued.has(argument)) at++;
    else if (!argument.startsWith("-")) found.push(argument);
    if (found.length === 3) break;
  }
  return found;
}

/** What was found out about a command, by the number of who asked. Beside it, not in it: commands are compared. */
const found = new WeakMap<Command, unknown[]>();
let lastCommand: Command | undefined;
let lastFound: unknown[] = [];
let askers = 0;

/** Finds something out about each command once: those who look and those who judge ask the same. */
export function perCommand<T extends object>(find: (command: Command) => T | undefined): typeof find {
  const asker = askers++;
  return (command) => {
    const answers = command === lastCommand ? lastFound : answersOn(command);
    const answer = answers[asker];
    if (answer !== undefined) return answer === NOTHING ? undefined : answer as T;
    const now = find(command);
    answers[asker] = now ?? NOTHING;
    return now;
  };
}

const NOTHING = "nothing";

/** One matcher after the other asks about the same command. */
function answersOn(command: Command): unknown[] {
  let answers = found.get(command);
  if (answers === undefined) found.set(command, answers = new Array(askers).fill(undefined));
  lastCommand = command;
  lastFound = answers;
  return answers;
}
