/**
 * The program behind its first line: what a command has to do before it is loaded, and how it ends when it fails.
 *
 * @module
 */
import type { ScanOptions } from "./commands/scan.ts";
import { ending } from "./ending.ts";
import { isCompiled } from "./ourselves.ts";
import type { Begun } from "./sweep/begun.ts";

/** What is typed most needs no command-line library: loading and asking it takes a third of a small machine's scan. */
const PLAIN: ReadonlyMap<string, ScanOptions> = new Map<string, ScanOptions>([
  ["", { color: "auto" }],
  ["scan", { color: "auto" }],
  ["--json", { json: true, color: "auto" }],
  ["scan --json", { json: true, color: "auto" }],
]);

/** How people ask for it; the word by itself is that of other programs. */
const VERSION: readonly (string | undefined)[] = ["--version", "-V", "version"];

/** Runs the program and tells how it ends. `sweep`: one that has begun and is not over. */
export async function start(args: readonly string[], sweep: Exclude<Begun, "over"> | undefined): Promise<number> {
  try {
    const exitCode = await command(args, sweep);
    await ending.settled();
    return exitCode;
  } finally {
    ending.isOurs = true;
  }
}

async function command(args: readonly string[], sweep: Exclude<Begun, "over"> | undefined): Promise<number> {
  if (args.length === 1 && VERSION.includes(args[0])) {
    const { version } = await import("./version.ts");
    const { print } = await import("./terminal.ts");
    await print(`${version}\n`);
    return 0;
  }
  if (args[0] === "run" || args[0] === "run-guardian") {
    const { startRun } = await import("./commands/run/start.ts");
    const code = await startRun(args, isCompiled());
    if (code !== undefined) return code;
  } else if (process.platform === "linux" && isCompiled()) {
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

/** Tells what went wrong, and how the program ends. */
export async function failed(error: unknown): Promise<number> {
  const [{ tell }, { printError }] = await Promise.all([import("./failure.ts"), import("./terminal.ts")]);
  const { line, exitCode } = tell(error, process.env);
  ending.told(line);
  await printError(`${line}\n`);
  return exitCode;
}
