import { plugins } from "../commands/plugins.ts";
import { color, examples, json, plugin } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `plugins` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("plugins", "about", "list what takes part in a verdict")
    .addOption(plugin())
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper plugins", "names for --only, --backend and --reporter"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await plugins(options);
    });
}
