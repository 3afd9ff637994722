import { Argument } from "@commander-js/extra-typings";
import { duration } from "../commands/options.ts";
import { pause } from "../commands/pause.ts";
import { parseDuration } from "../duration.ts";
import { examples } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `pause` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("pause", "unattended", "let sweep, watch and hooks end nothing for a while")
    .addArgument(new Argument("<duration>", "for how long").argParser(duration("pause", parsePause)))
    .addHelpText("after", examples([["agent-reaper pause 2h", "while somebody debugs an agent"]]))
    .action(async (forMs) => {
      table.exitCode = await pause(forMs);
    });
}

/** One that is over at once would end another that goes on, and say that it begins. */
function parsePause(typed: string): number {
  const ms = parseDuration(typed);
  if (ms > 0) return ms;
  throw new RangeError("is over at once: agent-reaper resume ends a pause, or write for example 2h");
}
