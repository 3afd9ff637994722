import { metrics } from "../commands/metrics.ts";
import { examples } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `metrics` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("metrics", "time", "numbers for Prometheus: orphans, what was ended, how the machine is doing")
    .option("--textfile <FILE>", "write them there at once, for node_exporter's textfile collector")
    .addHelpText(
      "after",
      examples([
        ["agent-reaper metrics", "on standard output"],
        ["agent-reaper metrics --textfile ./agents.prom", "in a cron job"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await metrics(options);
    });
}
