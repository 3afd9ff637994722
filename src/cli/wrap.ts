import { Argument, Option } from "@commander-js/extra-typings";
import { wrap } from "../commands/hook/print.ts";
import { SHELLS } from "../hooks/shells.ts";
import { examples } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `wrap` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("wrap", "unattended", "print shell functions that sweep, then run the real command")
    .addArgument(new Argument("<commands...>", "what agents are called"))
    .addOption(new Option("--shell <NAME>", "the shell that reads it (default: your login shell)").choices(SHELLS))
    .addHelpText(
      "after",
      examples([
        ["agent-reaper wrap claude codex", "what would be defined"],
        ['eval "$(agent-reaper wrap claude codex --shell zsh)"', "a line for .zshrc"],
      ]),
    )
    .action(async (commands, options) => {
      table.exitCode = await wrap(commands, options);
    });
}
