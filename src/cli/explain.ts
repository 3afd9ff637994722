import { Argument, Option } from "@commander-js/extra-typings";
import { pid } from "../commands/options.ts";
import { allUsers, backend, color, confidence, examples, from, json, maxAge, minAge, plugin } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `explain` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("explain", "look", "why a process is judged as it is: every guard and proof, and the facts")
    .addArgument(new Argument("<pid>", "the process").argParser(pid))
    .addOption(new Option("--past", "why it was ended, from the ledger").conflicts(["from", "backend"]))
    .addOption(from())
    .addOption(backend())
    .addOption(minAge())
    .addOption(maxAge())
    .addOption(confidence())
    .addOption(allUsers())
    .addOption(plugin())
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper explain 4711", "also for one that stays"],
        ["agent-reaper explain 4711 --from box.json", "one of a snapshot"],
        ["agent-reaper explain --past 4711", "why it was ended yesterday"],
      ]),
    )
    .action(async (pid, options) => {
      if (options.past === true) {
        const { explainPast } = await import("../commands/history.ts");
        table.exitCode = await explainPast(pid, options);
        return;
      }
      const { explain } = await import("../commands/explain.ts");
      table.exitCode = await explain(pid, options);
    });
}
