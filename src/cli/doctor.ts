import { doctor } from "../commands/doctor.ts";
import { backend, color, examples, json } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `doctor` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("doctor", "about", "what this machine lets us see, and what we would miss")
    .addOption(backend())
    .addOption(json())
    .addOption(color())
    .addHelpText("after", examples([["agent-reaper doctor", "exits with 3 when it cannot work here"]]))
    .action(async (options) => {
      table.exitCode = await doctor(options);
    });
}
