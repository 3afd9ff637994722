import { resume } from "../commands/pause.ts";
import { examples } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `resume` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("resume", "unattended", "end a pause")
    .addHelpText("after", examples([["agent-reaper resume", "also when nothing is paused"]]))
    .action(async () => {
      table.exitCode = await resume();
    });
}
