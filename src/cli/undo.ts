import { Argument, Option } from "@commander-js/extra-typings";
import { undo } from "../commands/undo.ts";
import { color, examples, json, prose } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `undo` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("undo", "end", "put back what reap --quarantine has moved aside")
    .addArgument(new Argument("[id]", "the run that took it (default: the last one)"))
    .addOption(new Option("--list", "show what is in quarantine").conflicts("empty"))
    .option("--empty", "remove it for good: everything, or what one run took; asks first")
    .option("-y, --yes", "do not ask")
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      `${
        examples([
          ["agent-reaper undo", "put back what the last run took"],
          ["agent-reaper undo --list", "what is in quarantine, and whose"],
          ["agent-reaper undo --empty --yes", "make room at once"],
        ])
      }\n${
        prose(
          `The next reap --quarantine removes for good what was taken more than 30 days ago, and the oldest
          beyond 10 GiB.`,
        )
      }`,
    )
    .action(async (id, options) => {
      table.exitCode = await undo(id, options);
    });
}
