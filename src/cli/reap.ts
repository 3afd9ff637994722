import { Argument, Option } from "@commander-js/extra-typings";
import { count } from "../commands/options.ts";
import { reap } from "../commands/reap.ts";
import {
  allUsers,
  backend,
  color,
  confidence,
  examples,
  grace,
  hostNamespaces,
  json,
  maxAge,
  minAge,
  ndjson,
  only,
  pids,
  plugin,
  reporter,
} from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `reap` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("reap", "end", "end what scan shows; asks first")
    .addArgument(new Argument("[pids...]", "judge and end only these").argParser(pids))
    .option("-y, --yes", "do not ask")
    .option("--quarantine", "move what lies on disk aside in place of removing it (undo puts it back)")
    .option("-n, --dry-run", "say what would be done, and do nothing")
    .addOption(backend())
    .addOption(minAge())
    .addOption(maxAge())
    .addOption(grace())
    .addOption(confidence())
    .addOption(allUsers())
    .addOption(hostNamespaces())
    .addOption(plugin())
    .addOption(only())
    .addOption(
      new Option("--limit <TREES>", "a brake: touch nothing when there are more trees than this").argParser(
        count("--limit"),
      ),
    )
    .option("-a, --all", "tell of every process, also of those that simply ended")
    .addOption(json())
    .addOption(ndjson())
    .addOption(reporter())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper reap", "show, ask, end"],
        ["agent-reaper reap --yes --limit 10", "in a script, with a brake"],
        ["agent-reaper reap --dry-run", "what would be done"],
        ["agent-reaper reap --only leftovers --quarantine --yes", "what lies on disk, to be put back if need be"],
        ["agent-reaper reap 4711 4712", "only these, if nobody is responsible for them"],
        ["agent-reaper reap --max-age 2h --only npm-agent", "also what is older than two hours"],
      ]),
    )
    .action(async (pids, options) => {
      table.exitCode = await reap(pids ?? [], options);
    });
}
