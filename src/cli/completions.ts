import { Argument } from "@commander-js/extra-typings";
import { COMPLETED_SHELLS, completions } from "../commands/completions.ts";
import { examples } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `completions` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("completions", "about", "print what a shell needs to complete commands and options")
    .addArgument(new Argument("<shell>", "who reads it").choices(COMPLETED_SHELLS))
    .addHelpText(
      "after",
      examples([
        ['eval "$(agent-reaper completions bash)"', "a line for .bashrc, with zsh for .zshrc"],
        ["agent-reaper completions fish | source", "a line for config.fish"],
      ]),
    )
    .action(async (shell) => {
      table.exitCode = await completions(shell, table.program);
    });
}
