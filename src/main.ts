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

/** Stays while a command runs, and takes the signals that come meanwhile. */
const stays = process.platform === "linux" && (args[0] === "run" || args[0] === "run-guardian");

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
  if (isCompiled) {
    const [{ goOnWithoutThreads }, mask] = await Promise.all([
      import("../plugins/backends/procfs/threads.ts"),
      stays ? import("../plugins/backends/procfs/containment/mask.ts") : undefined,
    ]);
    goOnWithoutThreads(args, mask?.holdSignals);
  }
  if (sweep !== undefined && sweep !== "help") {
    const { finish } = await import("./sweep/finish.ts");
    return await finish(sweep);
  }
  if (args[0] === "run-guardian" && args[1] !== undefined) {
    return await guardBy(Number(args[1]));
  }
  if (args[0] === "run") {
    const { plainRun } = await import("./commands/run/plain.ts");
    const plain = plainRun(args.slice(1));
    if (plain !== undefined) {
      const channel = isCompiled && stays
        ? (await import("../plugins/backends/procfs/containment/begin.ts")).beginGuardian()
        : undefined;
      if (channel !== undefined) return await guardBy(channel);
      return await (await import("./commands/run.ts")).run(plain.words, plain.options);
    }
  }
  const plain = PLAIN.get(args.join(" "));
  if (plain !== undefined) {
    const { scan } = await import("./commands/scan.ts");
    return await scan(plain);
  }
  const { cli } = await import("./cli.ts");
  return await cli(args);
}

async function guardBy(channel: number): Promise<never> {
  const { guard } = await import("../plugins/backends/procfs/containment/guardian.ts");
  return guard(channel);
}

async function failed(error: unknown): Promise<number> {
  const [{ tell }, { printError }] = await Promise.all([import("./failure.ts"), import("./terminal.ts")]);
  const { line, exitCode } = tell(error, process.env);
  await printError(`${line}\n`);
  return exitCode;
}

process.exit(await main().catch(failed));
