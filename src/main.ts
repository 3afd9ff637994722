/**
 * Where the program starts. What must be fast branches off here, before anything else is loaded.
 *
 * @module
 */
import { goOnWithoutThreads } from "../plugins/backends/procfs/threads.ts";
import { print, printError } from "./terminal.ts";
import type { ScanOptions } from "./commands/scan.ts";

const args = process.argv.slice(2);

/** What is typed most needs no command-line library: loading and asking it takes a third of a small machine's scan. */
const PLAIN: ReadonlyMap<string, ScanOptions> = new Map<string, ScanOptions>([
  ["", { color: "auto" }],
  ["scan", { color: "auto" }],
  ["--json", { json: true, color: "auto" }],
  ["scan --json", { json: true, color: "auto" }],
]);

async function main(): Promise<number> {
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    const { version } = await import("./version.ts");
    await print(`${version}\n`);
    return 0;
  }
  // Compiled code lies in a file system of its own; run from sources there is no program to start anew.
  if (import.meta.path.startsWith("/$bunfs/")) goOnWithoutThreads(args);
  const plain = PLAIN.get(args.join(" "));
  if (plain !== undefined) {
    const { scan } = await import("./commands/scan.ts");
    return await scan(plain);
  }
  const { cli } = await import("./cli.ts");
  return await cli(args);
}

async function failed(error: unknown): Promise<number> {
  const { tell } = await import("./failure.ts");
  const { line, exitCode } = tell(error, process.env);
  await printError(`${line}\n`);
  return exitCode;
}

process.exit(await main().catch(failed));
