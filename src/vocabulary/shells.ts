/**
 * Shells, also those whose words nobody here reads. Pure.
 *
 * @module
 */
import type { Command } from "./command.ts";
import type { Interpreter } from "./interpreters.ts";

const OTHERS: ReadonlySet<string> = new Set([
  ...[
    "ksh93",
    "ksh2020",
    "mksh",
    "lksh",
    "oksh",
    "loksh",
    "pdksh",
    "rksh",
    "yash",
    "posh",
    "rbash",
    "csh",
    "tcsh",
    "bsd-csh",
  ],
  ...["toybox", "osh", "ysh", "oils-for-unix", "nu", "elvish", "xonsh", "pwsh", "murex", "rc", "es"],
]);

/** What a person writes scripts in that start several programs, each of which reads what another prints. */
const OF_SCRIPTS: ReadonlySet<Interpreter> = new Set(["shell", "python", "ruby", "php"]);

/** Whether it runs lines of a person's. */
export function isShell({ program, interpreter, scriptName = "" }: Command): boolean {
  return interpreter === "shell" || OTHERS.has(program) || OTHERS.has(scriptName);
}

/** Whether it may run a script that joins what it starts by pipes, and keeps no end of them. */
export function mayPipe(command: Command): boolean {
  const { program, interpreter } = command;
  return isShell(command) || program === "perl" || (interpreter !== undefined && OF_SCRIPTS.has(interpreter));
}
