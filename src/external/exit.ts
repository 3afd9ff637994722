/**
 * A plugin of the person's own that ends the program: what was not looked at yet would seem to be nothing, with exit code 0.
 *
 * @module
 */
import { ending } from "../ending.ts";
import { ParseError } from "../errors.ts";
import { tell } from "../failure.ts";
import { printError } from "../terminal.ts";

const plugins = new Set<string>();
/** Whose code runs at this moment. */
let running: string | undefined;

/** Lets code of the plugin at this path run. Where it ends the program, then or later, that is told. */
export function watched<T>(path: string, act: () => T): T {
  // What it has imported by name could not be taken from it.
  if (plugins.size === 0) process.on("exit", tellWhoseExit);
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
  if (ending.isOurs) return;
  const whose = running ?? [...plugins].join(" or ");
  const error = new ParseError(
    `plugin ${whose}: ended the program: correct it, or leave it out: nothing more is touched`,
  );
  const { line, exitCode } = tell(error, process.env);
  void printError(`${line}\n`);
  process.exitCode = exitCode;
}
