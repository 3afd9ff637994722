/**
 * What a launcher launches: `npm exec`, npx, bunx, `bun x`, dlx, uvx, `uv run`, `pipx run`, dnx, and the shell that npm
 * puts between itself and a package's program. Pure.
 *
 * @module
 */
import { commandOf, firstWord, perCommand, programName, unquoted } from "./command.ts";
import type { Command } from "./command.ts";
import { withEnding, withScript } from "./printed.ts";
import { baseName, hasEnded } from "../process.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

/** A launcher's command line, taken apart. */
export interface Launch {
  /** What is launched, under every name it has there: the package without its version, the program. */
  readonly names: readonly string[];
  /** What the program is given. */
  readonly args: readonly string[];
  /**
   * What gives the names their meaning: a registry of packages, or whoever is first on the PATH. Programs of one name
   * are many; a package is one.
   */
  readonly from: "registry" | "path";
  /** Directories that it is told to work in. */
  readonly places: readonly string[];
  /** Whether `args` are all there is: npm, which writes its title over them, leaves options out. */
  readonly complete: boolean;
}

/** Options of launchers that take the next word. */
const VALUED = new Set([
  "--with",
  "--with-editable",
  "--with-requirements",
  "--python",
  "--env-file",
  "--extra",
  "--group",
  "--index-url",
  "--registry",
  "--spec",
  "-e",
  "-v",
]);
const PLACE = new Set(["--directory", "--project"]);
/** Options that take the package's name, where the program's follows. */
const PACKAGE = new Set(["--from", "--package"]);
/** Programs that are launched only to run another. */
const RUNNERS = /^(?:tsx|ts-node|node|python[\d.]*|bun|deno)$/;
/** More names than that no launcher's command line holds before the program's own arguments. */
const MOST_NAMES = 4;

/** What a launcher launches, or undefined for everything that is none. */
export const launchOf: (command: Command) => Launch | undefined = perCommand((command) => {
  const found = words(command);
  return found === undefined ? undefined : launch(found.words, found.complete, found.from ?? "registry");
});

/** A launcher and what it launched, down to the programs that do the work: they speak for it. Whom nobody can read may launch. */
export function launched(root: Process, table: Table): readonly Process[] {
  const command = commandOf(root);
  if (command === undefined || launchOf(command) === undefined) return [root];
  const line = new Set([root]);
  for (const process of line) {
    if (process !== root && !mayLaunch(process)) continue;
    for (const child of table.children(process)) if (!hasEnded(child)) line.add(child);
  }
  return [...line];
}

function mayLaunch(process: Process): boolean {
  const command = commandOf(process);
  return command === undefined || command.argumentsUnknown === true || launchOf(command) !== undefined;
}

interface Words {
  readonly words: readonly string[];
  readonly complete: boolean;
  readonly from?: Launch["from"];
}

function words(command: Command): Words | undefined {
  const { title, text, script, program, args, first } = command;
  if (title !== undefined) {
    const said = /^(?:npm (?:exec|x)|npx) (.*)$/s.exec(title)?.[1];
    return said === undefined ? undefined : { words: said.split(" "), complete: false };
  }
  if (text !== undefined) return ofText(text);
  if (script !== undefined) return ofScript(command.scriptName ?? baseName(script), command);
  // One program under the names of all that it stands in front of.
  if (first !== undefined && (program === "volta-shim" || program === "proto-shim")) {
    return ofWords([programName(first), ...args]);
  }
  if (program === "disclaimer") return ofWords(withEnding(withScript(args)));
  if (program === "wsl") return ofWsl(args);
  if (program === "powershell" || program === "pwsh") return ofPowerShell(args);
  if (program === "uvx" || program === "bunx") return { words: args, complete: true };
  // pnpm of version 12 is a program, and no script any more.
  if (SCRIPTS.has(program)) return ofRunner(program, args);
  return program === "uv" ? ofUv(args) : undefined;
}

function ofUv(args: readonly string[]): Words | undefined {
  let at = 0;
  while (at < args.length && args[at] !== "uvx" && args[at] !== "run") at++;
  // `uv --directory <place> run server.py`: what stands before is meant for what is run.
  const before = args.slice(0, at).filter((argument) => argument !== "tool");
  return at === args.length ? undefined : { words: [...before, ...args.slice(at + 1)], complete: true };
}

/** What a configuration's shell does before the one command that counts: `cd /x && npx …`, `. ~/.env; uvx …`. */
const SETUP = /^(?:(?:cd|pushd|source|\.|export|set|umask|ulimit)\s(?:[^<>|;&`$()\n]|\$\{?\w)*(?:&&|;|\n)\s*)+/;

/** `sh -c claude`, `cmd /c npx -y foo`. Of a text that is more than one command nobody knows which part counts. */
function ofText(text: string): Words | undefined {
  const line = text.trim().replace(SETUP, "");
  const { program, words, line: said } = programOf(line);
  if (isLauncher(program) || isRunner(program)) return isOneCommand(said) ? ofWords([program, ...words()]) : undefined;
  if (program === "" || line !== text.trim() || /[<>|;&`$()]/.test(said)) return undefined;
  return ofWords([program, ...words()]);
}

/** A path with blanks, in quotes, or as cmd leaves it when they are gone: it goes on until it ends like a program. */
const WITH_BLANKS = /^(?:(['"])([^'"]+)\1|([a-z]:[\\/][^<>|;&"]*?\.(?:cmd|exe|bat)))(?=\s|$)/i;

/** A command line's program, its words, and what of the line tells whether there is more to it than that. */
function programOf(line: string): { readonly program: string; readonly line: string; words(): string[] } {
  // Of most lines a look at two letters is enough.
  const found = line.startsWith("'") || line.startsWith('"') || line[1] === ":" ? WITH_BLANKS.exec(line) : undefined;
  const path = found?.[2] ?? found?.[3];
  if (found && path !== undefined) {
    const rest = line.slice(found[0].length);
    const words = () => rest.trim() === "" ? [] : rest.trim().split(/\s+/).map(unquoted);
    return { program: path, words, line: rest };
  }
  const program = firstWord(line);
  const words = () => {
    const all = line.split(/\s+/).map(unquoted);
    return all.slice(all.indexOf(program) + 1);
  };
  return { program, words, line };
}

/** Whether nothing follows and nothing is sent elsewhere, but for messages. Addresses hold `&`, and cmd's quotes are gone. */
function isOneCommand(line: string): boolean {
  // What is escaped goes in pairs outside of quotes, too: of a line made of nothing else each would begin a quote anew.
  const bare = line.replace(/(\\.)|'[^']*'|"(?:[^"\\]|\\.)*"/gs, "$1").replace(/2>>?\s*\S+/g, "");
  return !/[<>|;\n]|&&|&(?:\s|$)/.test(bare);
}

/**
 * A batch file at a place of its own is a person's script, and so is what lies where it is run. Those of managers lie among
 * shims, or end in `.cmd`.
 */
const OWN_BATCH = /^(?!.*[\\/]shims[\\/])(?:.*[\\/][^\\/]+\.bat|\.{1,2}\\.*)$/i;

/** Claude Desktop puts a program in front of what it starts, so that macOS asks for permissions in its own name. */
function ofWords([program, ...rest]: readonly string[]): Words | undefined {
  if (program === undefined) return undefined;
  if (isLauncher(program)) return { words: rest, complete: true };
  if (isRunner(program)) return plainName(program) === "uv" ? ofUv(rest) : ofRunner(plainName(program), rest);
  if (/[\\/]/.test(program) && OWN_BATCH.test(program)) return undefined;
  return { words: [plainName(program), ...rest], complete: true, from: "path" };
}

/** PowerShell's options that take the next word, of those that stand in configurations. */
const POWERSHELL_VALUED =
  /^-(?:ex|ep|executionpolicy|w|windowstyle|wd|workingdirectory|version|inputformat|outputformat)$/i;

/** `pwsh -Command "npx …"`, `powershell -File npx.ps1 …`. One that stays (`-NoExit`) is a person's. */
function ofPowerShell(args: readonly string[]): Words | undefined {
  for (let at = 0; at < args.length; at++) {
    const option = args[at] as string;
    if (/^-(?:c|command)$/i.test(option)) return ofText(args.slice(at + 1).join(" ").replace(/^\s*&\s*/, ""));
    // People write scripts of their own about servers and agents.
    if (/^-(?:f|file)$/i.test(option)) return isLauncher(args[at + 1]) ? ofWords(args.slice(at + 1)) : undefined;
    if (!option.startsWith("-") || /^-noexit$/i.test(option)) return undefined;
    if (POWERSHELL_VALUED.test(option)) at++;
  }
  return undefined;
}

/** Options of Windows' door to Linux that take the next word. */
const WSL_VALUED = new Set(["-d", "--distribution", "-u", "--user", "--cd", "--shell-type"]);

/** `wsl.exe -d Ubuntu -- npx …`, `wsl.exe bash -lc "npx …"`: on Windows this is all that is seen of it. */
function ofWsl(args: readonly string[]): Words | undefined {
  let at = 0;
  while (args[at]?.startsWith("-") === true || args[at] === "~") at += WSL_VALUED.has(args[at] as string) ? 2 : 1;
  const [shell = "", options = "", ...text] = args.slice(at);
  const isText = /^(?:ba|z|da)?sh$/.test(plainName(shell)) && /^-[a-z]*c$/.test(options);
  return isText ? ofText(text.join(" ")) : ofWords(args.slice(at));
}

const LAUNCHERS = new Set(["npx", "bunx", "uvx"]);

function isLauncher(word: string | undefined): boolean {
  return LAUNCHERS.has(plainName(word ?? ""));
}

/** Whoever launches by one of its words: `npm exec`, `uv run`. */
function isRunner(program: string): boolean {
  const name = plainName(program);
  return name === "uv" || SCRIPTS.has(name);
}

/** Windows' shims have an ending of their own: `codex.cmd`. */
function plainName(word: string): string {
  return baseName(word).replace(/\.(?:cmd|exe|bat|ps1)$/i, "");
}

/** Scripts that launch, and the words after which they do. */
const SCRIPTS: ReadonlyMap<string, ReadonlySet<string> | undefined> = new Map([
  ...["npx", "npx-cli.js"].map((name) => [name, undefined] as const),
  ...["npm", "npm-cli.js"].map((name) => [name, new Set(["exec", "x"])] as const),
  ...["pnpm", "pnpm.js", "pnpm.cjs", "pnpm.mjs", "yarn", "yarn.js", "yarn.cjs"].map((name) =>
    [name, new Set(["dlx"])] as const
  ),
  ["pn", new Set(["dlx"])],
  ...["pnx", "pnpx"].map((name) => [name, undefined] as const),
  ["pipx", new Set(["run"])],
]);

function ofRunner(name: string, args: readonly string[]): Words | undefined {
  const after = SCRIPTS.get(name);
  if (after === undefined) return { words: args, complete: true };
  return after.has(args[0] ?? "") ? { words: args.slice(1), complete: true } : undefined;
}

function ofScript(called: string, { script, first, interpreter, args }: Command): Words | undefined {
  // Yarn lies in the projects that use it, with its version in its name.
  const name = called.startsWith("yarn-") ? called.replace(/^yarn-\d[\w.-]*(?=\.c?js$)/, "yarn") : called;
  if (SCRIPTS.has(name)) return ofRunner(name, args);
  // `dnx` is a script that runs `dotnet dnx`, which is short for `dotnet tool exec`, which is short for `execute`.
  if (interpreter === "dotnet") {
    if (script === "dnx") return { words: args, complete: true };
    const isRun = script === "tool" && (args[0] === "exec" || args[0] === "execute");
    return isRun ? { words: args.slice(1), complete: true } : undefined;
  }
  if (interpreter !== "bun" || script === undefined) return undefined;
  if (script === "x") return { words: args, complete: true };
  // No script of a package.json is called like a package with a scope, and `bun run` runs the program of one.
  const isPackage = programName(first ?? "") === "bunx" || /^@[\w.-]+\/[^/]+$/.test(script);
  return isPackage ? { words: [script, ...args], complete: true } : undefined;
}

/** What a launcher launches whose words stand after those of another program: `docker run image npx -y foo`. */
export function launchOfWords([program, ...rest]: readonly string[]): Launch | undefined {
  return isLauncher(program) ? launch(rest, true, "registry") : undefined;
}

function launch(all: readonly string[], complete: boolean, from: Launch["from"]): Launch | undefined {
  const names: string[] = [];
  const places: string[] = [];
  for (let at = 0; at < all.length && names.length < MOST_NAMES; at++) {
    const word = all[at] as string;
    if (PACKAGE.has(word)) {
      const name = all[++at];
      if (name !== undefined) names.push(packageName(name));
    } else if (PLACE.has(word)) places.push(all[++at] ?? "");
    else if (VALUED.has(word)) at++;
    else if (!word.startsWith("-")) {
      names.push(packageName(word));
      // What follows the program is its own business, but for a runner such as tsx.
      if (!RUNNERS.test(word)) return { names, args: all.slice(at + 1), places, complete, from };
    }
  }
  return names.length === 0 ? undefined : { names, args: [], places, complete, from };
}

/** `@scope/name@1.2.3`, `name==1.2`, `git+https://host/owner/name@v1`: the name. */
function packageName(word: string): string {
  const plain = word.startsWith("git+") ? repositoryName(word) : word;
  return plain.replace(/(?<=.)@[^/@]*$/, "").replace(/[=<>~[].*$/s, "");
}

/** Without what follows on it: a branch, a part of it. */
function repositoryName(address: string): string {
  const [place = ""] = address.split("#", 1);
  const [name = ""] = baseName(place).split("@", 1);
  return name.endsWith(".git") ? name.slice(0, -".git".length) : name;
}
