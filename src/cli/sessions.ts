import { sessions } from "../commands/sessions.ts";
import { backend, color, examples, json } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `sessions` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("sessions", "own", "the sessions that hosts have registered, with their processes; touches nothing")
    .addOption(backend())
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper sessions", "all of them, with age and memory"],
        ["agent-reaper sessions --json", "for a script"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await sessions(options);
    });
}
