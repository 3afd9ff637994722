import { Argument, Option } from "@commander-js/extra-typings";
import { explain } from "../commands/explain.ts";
import { explainLeftover } from "../commands/explain/leftover.ts";
import { explainPast } from "../commands/history.ts";
import { pidOrPath } from "../commands/options.ts";
import { Complaint } from "../complaint.ts";
import { visible } from "../text.ts";
import {
  allUsers,
  backend,
  color,
  confidence,
  examples,
  from,
  hostNamespaces,
  json,
  maxAge,
  minAge,
  plugin,
} from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `explain` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("explain", "look", "why a process, or something on disk, is judged as it is")
    .addArgument(new Argument("<pid|path>", "the process, or something on disk").argParser(pidOrPath))
    .addOption(new Option("--past", "why it was ended, from the ledger").conflicts(["from", "backend"]))
    .addOption(from())
    .addOption(backend())
    .addOption(minAge())
    .addOption(maxAge())
    .addOption(confidence())
    .addOption(allUsers())
    .addOption(hostNamespaces())
    .addOption(plugin())
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper explain 4711", "also for one that stays"],
        ["agent-reaper explain 4711 --from box.json", "one of a snapshot"],
        ["agent-reaper explain ~/.local/share/sqlite-graphrag/codex-home-4711", "something on disk"],
        ["agent-reaper explain --past 4711", "why it was ended yesterday"],
      ]),
    )
    .action(async (subject, options) => {
      if (typeof subject === "string") {
        if (options.past === true) {
          throw new Complaint(`--past ${visible(subject)}: name a pid: history shows paths too`);
        }
        table.exitCode = await explainLeftover(subject, options);
        return;
      }
      if (options.past === true) {
        table.exitCode = await explainPast(subject, options);
        return;
      }
      table.exitCode = await explain(subject, options);
    });
}
