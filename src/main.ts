/**
 * Where the program starts. What must be fast branches off here, before anything else is loaded.
 *
 * @module
 */
import { print, printError } from "./terminal.ts";
import type { ExitCode } from "./complaint.ts";

const args = process.argv.slice(2);

async function main(): Promise<ExitCode> {
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    const { version } = await import("./version.ts");
    await print(`${version}\n`);
    return 0;
  }
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
