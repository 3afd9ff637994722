/**
 * Where the program starts. What must be fast branches off here, before anything else is loaded.
 *
 * @module
 */
import type { ScanOptions } from "./commands/scan.ts";
import { begin } from "./sweep/start.ts";

const args = process.argv.slice(2);

/** What is typed most needs no command-line library: loading and asking it takes a third of a small machine's scan. */
const PLAIN: ReadonlyMap<string, ScanOptions> = new Map<string, ScanOptions>([
  ["", { color: "auto" }],
  ["scan", { color: "auto" }],
  ["--json", { json: true, color: "auto" }],
  ["scan --json", { json: true, color: "auto" }],
]);

/** Compiled code lies in a file system of its own; run from sources there is no program to start anew. */
const isCompiled = import.meta.path.startsWith("/$bunfs/");

async function main(): Promise<number> {
  // In the path of every command that somebody types: what finds nothing loads nothing.
  const sweep = args[0] === "sweep" ? await begin(args.slice(1), process.env) : undefined;
  if (sweep === "over") return 0;
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    const { version } = await import("./version.ts");
    const { print } = await import("./terminal.ts");
    await print(`${version}\n`);
    return 0;
  }
  if (args[0] === "run" || args[0] === "run-guardian") {
    const { startRun } = await import("./commands/run/start.ts");
    const code = await startRun(args, isCompiled);
    if (code !== undefined) return code;
  } else if (isCompiled) {
    const { goOnWithoutThreads } = await import("../plugins/backends/procfs/threads.ts");
    goOnWithoutThreads(args);
  }
  if (sweep !== undefined && sweep !== "help") {
    const { finish } = await import("./sweep/finish.ts");
    return await finish(sweep);
  }
  const plain = PLAIN.get(args.join(" "));
  if (plain !== undefined) {
    const { scan } = await import("./commands/scan.ts");
    return await scan(plain);
  }
  const { cli } = await import("./cli.ts");
  return await cli(args);
}

async function failed(error: unknown): Promise<number> {
  const [{ tell }, { printError }] = await Promise.all([import("./failure.ts"), import("./terminal.ts")]);
  const { line, exitCode } = tell(error, process.env);
  await printError(`${line}\n`);
  return exitCode;
}

process.exit(await main().catch(failed));
