import { scan } from "../commands/scan.ts";
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
  ndjson,
  only,
  plugin,
  reporter,
} from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `scan` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("scan", "look", "show what nobody is responsible for; touches nothing (the default command)")
    .addOption(from())
    .addOption(backend())
    .addOption(minAge())
    .addOption(maxAge())
    .addOption(confidence())
    .addOption(allUsers())
    .addOption(hostNamespaces())
    .addOption(plugin())
    .addOption(only())
    .option("-a, --all", "show those too that stay, and why")
    .addOption(json())
    .addOption(ndjson())
    .addOption(reporter())
    .option("--exit-code", "exit with 1 when there is something to reap")
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper scan --all", "also the agents that stay"],
        ["agent-reaper scan --json | jq .plan.terminate", "the pids that reap would signal"],
        ["agent-reaper scan --exit-code || mail me", "in a cron job"],
        ["agent-reaper scan --from box.json", "judge a snapshot of another machine"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await scan(options);
    });
}
