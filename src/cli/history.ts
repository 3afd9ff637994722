import { Argument, Option } from "@commander-js/extra-typings";
import { history } from "../commands/history.ts";
import { duration, pid } from "../commands/options.ts";
import { color, examples, json } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `history` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("history", "time", "what was ended or removed in the last days, why, and what came of it")
    .addArgument(new Argument("[pid]", "all that is known of what was done to this process").argParser(pid))
    .addOption(
      new Option("--since <DURATION>", "only what is younger (default: as long as it is kept, 7d unless configured)")
        .argParser(
          duration("--since"),
        ),
    )
    .option("-a, --all", "every line, also of long lists")
    .option("--fleet", "of all machines that share the configuration's store")
    .addOption(json())
    .addOption(new Option("--csv", "a line for each action, for spreadsheets").conflicts("json"))
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper history --since 1d", "yesterday and today"],
        ["agent-reaper history 4711", "why was 4711 ended"],
        ["agent-reaper history --csv > history.csv", "for a spreadsheet"],
      ]),
    )
    .action(async (pid, options) => {
      table.exitCode = await history(pid, options);
    });
}
