/**
 * Interpreters, by their names, and what they run, by their arguments. Pure.
 *
 * @module
 */
import { remember } from "./remembered.ts";

/** Programs that are only the stage for another. */
export type Interpreter = "node" | "bun" | "deno" | "python" | "php" | "ruby" | "java" | "dotnet" | "shell" | "cmd";

/** What an interpreter runs. */
export interface Ran {
  /** A path, or a name. */
  readonly script?: string;
  /** A module's name after `-m`. */
  readonly module?: string;
  /** For `sh -c TEXT` and `cmd /c TEXT`: the text. */
  readonly text?: string;
  /** Arguments of the program or script itself. */
  readonly args: readonly string[];
}

const INTERPRETERS: ReadonlyMap<string, Interpreter> = new Map([
  ...["node", "nodejs", "MainThread", "node-MainThread"].map((name) => [name, "node"] as const),
  ["bun", "bun"],
  ["deno", "deno"],
  ["java", "java"],
  ["javaw", "java"],
  ["dotnet", "dotnet"],
  ["cmd", "cmd"],
  // Windows' own way to Python.
  ...["py", "pyw"].map((name) => [name, "python"] as const),
  ...["sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "busybox"].map((name) => [name, "shell"] as const),
]);
/** Those that have their version in their name, without it. */
const VERSIONED: ReadonlyMap<string, Interpreter> = new Map([
  ...["python", "Python", "pypy"].flatMap((name) => [[name, "python"], [`${name}w`, "python"]] as const),
  ["php", "php"],
  ["ruby", "ruby"],
  // The file behind the link called node: Fedora's and Amazon's is `node-22`, openSUSE's `node22`.
  ["node", "node"],
  ["nodejs", "node"],
]);

/** From its first letter on: a name of a hundred thousand digits would be read anew from each of them. */
const VERSION = /^([A-Za-z]+)-?[\d.]+(w?)$/;

const interpreters = new Map<string, Interpreter | undefined>();

/** Hundreds of processes run few programs: each is looked up once. */
export function interpreterOf(program: string): Interpreter | undefined {
  let found = interpreters.get(program);
  if (found === undefined && !interpreters.has(program)) {
    found = INTERPRETERS.get(program) ?? INTERPRETERS.get(program.toLowerCase()) ??
      VERSIONED.get(program.replace(VERSION, "$1$2"));
    remember(interpreters, program, found);
  }
  return found;
}

/** Options of interpreters that take the next argument. */
const TAKES_VALUE = new Set([
  "-r",
  "--require",
  "--import",
  "--loader",
  "--experimental-loader",
  "-C",
  "--conditions",
  "--env-file",
  "-W",
  "-X",
  "--cwd",
  "--filter",
  "--preload",
  "--config",
]);

/** What is run stands in the words themselves. */
const IN_WORDS = new Set(["-e", "-p", "-c", "--eval", "--print"]);

/** Scripts that node runs only to run another. */
const RUNNER = /[\\/](?:tsx|ts-node(?:-esm)?)(?:[\\/]dist[\\/]cli\.m?js)?$/;

/** What stands in the arguments of an interpreter: what it runs, and with which words. */
export function readScript(
  interpreter: Interpreter,
  argv: readonly string[],
): Ran {
  if (interpreter === "shell" || interpreter === "cmd") return readShell(interpreter, argv);
  if (interpreter === "java") return readArchive(argv);
  for (let at = 1; at < argv.length; at++) {
    const argument = argv[at] as string;
    if (interpreter === "python" && argument === "-m") {
      const module = argv[at + 1];
      return module === undefined ? { args: [] } : { module, args: argv.slice(at + 2) };
    }
    if (IN_WORDS.has(argument)) return { args: argv.slice(at) };
    // Whoever has it started again at every change is at work on it.
    if (argument === "--hot" || (argument.startsWith("--watch") && /^--watch(?:-path)?(?:=.*)?$/.test(argument))) {
      return { args: argv.slice(at) };
    }
    if (TAKES_VALUE.has(argument)) at++;
    else if (interpreter === "bun" && argument === "run") continue;
    else if (interpreter === "deno" && argument === "run") continue;
    else if (argument === "--" || !argument.startsWith("-")) {
      const from = argument === "--" ? at + 1 : at;
      const script = argv[from];
      if (script === undefined) return { args: [] };
      const args = argv.slice(from + 1);
      // `node …/.bin/tsx server.ts`: the runner is only the stage, too; under `tsx watch` a person develops.
      const ran = interpreter === "node" && RUNNER.test(script) ? args[0] : undefined;
      return ran !== undefined && /\.[cm]?[jt]sx?$/.test(ran) ? { script: ran, args: args.slice(1) } : { script, args };
    }
  }
  return { args: argv.slice(1) };
}

function readShell(interpreter: Interpreter, argv: readonly string[]): Ran {
  for (let at = 1; at < argv.length; at++) {
    const argument = argv[at] as string;
    // `start cmd /k npx foo`: a window that stays for whoever opened it, whatever was typed into it first.
    if (interpreter === "cmd" && /^\/k$/i.test(argument)) return { args: [] };
    if (interpreter === "cmd" ? /^\/c$/i.test(argument) : argument.includes("c") && /^-[a-z]+$/.test(argument)) {
      // `zsh -c -l TEXT` is how Claude Code calls a login shell.
      let from = at + 1;
      while (interpreter === "shell" && /^-[a-z]+$/.test(argv[from] ?? "")) from++;
      const text = argv.slice(from).join(" ");
      // What programs start through cmd is quoted and escaped for it: `"npx ^"-y^" ^"foo^""`.
      return { text: interpreter === "cmd" ? text.replace(/["^]/g, "") : text, args: [] };
    }
    if (!/^[-+/]/.test(argument) || /^\/.*\//.test(argument)) return { script: argument, args: argv.slice(at + 1) };
  }
  return { args: argv.slice(1) };
}

/** `java -jar ARCHIVE`. A main class is no file, and its options take words in too many ways. */
function readArchive(argv: readonly string[]): Ran {
  const at = argv.indexOf("-jar");
  const script = at < 0 ? undefined : argv[at + 1];
  return script === undefined ? { args: argv.slice(1) } : { script, args: argv.slice(at + 2) };
}
