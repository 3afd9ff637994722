/**
 * Where the program starts. What must be fast branches off here, before anything else is loaded.
 *
 * @module
 */
import { begin } from "./sweep/start.ts";

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  // In the path of every command that somebody types: what finds nothing loads nothing.
  const sweep = args[0] === "sweep" ? await begin(args.slice(1), process.env) : undefined;
  if (sweep === "over") return 0;
  const { start } = await import("./program.ts");
  return await start(args, sweep);
}

/** In the path of every command, a trouble of ours has to be told in a line at most. */
async function failed(error: unknown): Promise<number> {
  return await (await import("./program.ts")).failed(error);
}

process.exit(await main().catch(failed));
