/**
 * Where the program starts. What must be fast branches off here, before anything else is loaded.
 *
 * @module
 */
import { goOnWithoutThreads } from "../plugins/backends/procfs/threads.ts";
import { print, printError } from "./terminal.ts";
import type { ExitCode } from "./complaint.ts";

const args = process.argv.slice(2);

async function main(): Promise<ExitCode> {
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    const { version } = await import("./version.ts");
    await print(`${version}\n`);
    return 0;
  }
  // Compiled code lies in a file system of its own; run from sources there is no program to start anew.
  if (import.meta.path.startsWith("/$bunfs/")) goOnWithoutThreads(args);
  const { cli } = await import("./cli.ts");
  return await cli(args);
}

async function failed(error: unknown): Promise<ExitCode> {
  const { tell } = await import("./failure.ts");
  const { line, exitCode } = tell(error, process.env);
  await printError(`${line}\n`);
  return exitCode;
}

process.exit(await main().catch(failed));
