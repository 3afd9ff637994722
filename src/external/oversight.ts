/**
 * What a plugin of the person's own does beside its answers. It ends the program, or fails when nobody waits for it any
 * more: what was not looked at yet would seem to be nothing, with exit code 0. It talks: stdout is the result's.
 *
 * @module
 */
import { ending } from "../ending.ts";
import { errorText, ParseError } from "../errors.ts";
import { tell } from "../failure.ts";
import { printError, takeConsole } from "../terminal.ts";

const plugins = new Set<string>();
/** Whose code runs at this moment. */
let running: string | undefined;
let isOverseen = false;

/** From now on nothing that they do goes unsaid. */
export function oversee(): void {
  if (isOverseen) return;
  isOverseen = true;
  takeConsole();
  // What a plugin has imported by name could not be taken from it.
  process.on("exit", tellWhoseExit);
  process.on("uncaughtException", endForFault);
  process.on("unhandledRejection", endForFault);
  ending.settled = () => new Promise((resolve) => setTimeout(resolve, 1));
}

/** Lets code of the plugin at this path run. */
export function watched<T>(path: string, act: () => T): T {
  plugins.add(path);
  const outer = running;
  running = path;
  try {
    return act();
  } finally {
    running = outer;
  }
}

function tellWhoseExit(): void {
  if (!ending.isOurs) process.exitCode = told(running ?? all(), "ended the program");
}

/** Whatever it was to say it has not said: nobody is touched any more. */
function endForFault(fault: unknown): void {
  const exitCode = told(whoseFault(fault), `failed later (${errorText(fault).split("\n")[0]})`);
  ending.isOurs = true;
  process.exit(exitCode);
}

function whoseFault(fault: unknown): string {
  const stack = fault instanceof Error ? fault.stack ?? "" : "";
  return [...plugins].find((path) => stack.includes(`${path}:`)) ?? all();
}

function all(): string {
  return [...plugins].join(" or ");
}

function told(whose: string, what: string): number {
  if (ending.isForgiven) return 0;
  const error = new ParseError(`plugin ${whose}: ${what}: correct it, or leave it out: nothing more is touched`);
  const { line, exitCode } = tell(error, process.env);
  ending.told(line);
  void printError(`${line}\n`);
  return exitCode;
}
