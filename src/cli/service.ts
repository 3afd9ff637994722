import { type Command, Option } from "@commander-js/extra-typings";
import { interval } from "../commands/options.ts";
import { installService, serviceLogs, serviceStatus, uninstallService } from "../commands/service.ts";
import { KINDS } from "../services/managers.ts";
import { examples } from "./options.ts";
import type { CommandTable } from "./table.ts";

const kind = (usually: string) =>
  new Option("--kind <MANAGER>", `who keeps it running (default: ${usually})`).choices(KINDS);
const every = () =>
  new Option("--every <DURATION>", "time between two looks (default: 5m)").argParser(interval("--every"));

/** `service` in the table of commands. */
export function add(table: CommandTable): void {
  const service: Command = table.command(
    "service",
    "unattended",
    "keep it running: systemd, launchd, Task Scheduler, cron",
  )
    .addHelpText("after", examples([["agent-reaper service install --print", "what would be installed"]]));

  table.below(service, "install", "install it for yourself and start it")
    .addOption(kind("what works here"))
    .addOption(every())
    .option("--print", "show what would be written, and write nothing")
    .addHelpText("after", examples([["agent-reaper service install --kind cron --print", "the line for a crontab"]]))
    .action(async (options) => {
      table.exitCode = await installService(options);
    });
  table.below(service, "uninstall", "stop it and take it away")
    .addOption(kind("what is installed"))
    .addHelpText("after", examples([["agent-reaper service uninstall --kind cron", "also when it is not there"]]))
    .action(async (options) => {
      table.exitCode = await uninstallService(options);
    });
  table.below(service, "status", "whether it is installed and runs; exits with 1 when not")
    .addOption(kind("what is installed"))
    .addHelpText("after", examples([["agent-reaper service status --kind cron || :", "in a script"]]))
    .action(async (options) => {
      table.exitCode = await serviceStatus(options);
    });
  table.below(service, "logs", "the last of what it said")
    .addOption(kind("what is installed"))
    .addHelpText("after", examples([["agent-reaper service logs --kind cron", "where to look instead"]]))
    .action(async (options) => {
      table.exitCode = await serviceLogs(options);
    });
}
