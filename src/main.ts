/**
 * Where the program starts. What must be fast branches off here, before anything else is loaded.
 *
 * @module
 */
import { begin } from "./sweep/start.ts";

const args = process.argv.slice(2);

async function main(): Promise<number> {
  try {
    // In the path of every command that somebody types: what finds nothing to do loads nothing, and waits for nothing.
    const begun = args[0] === "sweep" ? begin(args.slice(1), process.env) : undefined;
    const sweep = begun instanceof Promise ? await begun : begun;
    if (sweep === "over") process.exit(0);
    const { start } = await import("./program.ts");
    return await start(args, sweep);
  } catch (error) {
    // There, too, a trouble of ours has to be told in a line at most.
    return await (await import("./program.ts")).failed(error);
  }
}

process.exit(await main());
