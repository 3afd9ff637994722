import { Option } from "@commander-js/extra-typings";
import { duration } from "../commands/options.ts";
import { confidence, examples, grace, minAge, prose } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `sweep` in the table of commands, for the help: what is typed is read by sweep/arguments.ts. */
export function add(table: CommandTable): void {
  table.command(
    "sweep",
    "unattended",
    "one quiet look at what lost its parent, for hooks: remember, then ask, then end",
  )
    .option("--now", "do not wait for a second look")
    .addOption(
      new Option("--every <DURATION>", "leave at once if one ran less than that ago (default: 1s; with --now: 0s)")
        .argParser(duration("--every")),
    )
    .addOption(
      new Option("--budget <DURATION>", "stop where it is when that is over (default: none)")
        .argParser(duration("--budget")),
    )
    .addOption(minAge())
    .addOption(grace())
    .addOption(confidence())
    .option("--leftovers", "also remove what dead processes left on disk; it looks for that once an hour at most")
    .option("-q, --quiet", "also no line on standard error when something was ended")
    .option("--strict", "exit codes and complaints as other commands have them (default: always 0)")
    .addHelpText(
      "after",
      `${
        prose(
          `It never waits. Whoever is seen as an orphan is remembered, at the next look at least 10 s later
          asked to end, and at the first one after the grace ended by force; each time judged again in full.
          Two never work at once. It prints nothing on standard output.`,
        )
      }
${
        examples([
          ["agent-reaper sweep --every 60s --budget 50ms", "in the path of every command"],
          ["agent-reaper sweep --leftovers", "also what lies on disk"],
          ["agent-reaper sweep --now", "without a second look"],
          ["agent-reaper sweep --strict || mail me", "in a cron job"],
          ["AGENT_REAPER_DISABLE=1 agent-reaper sweep", "does nothing"],
        ])
      }`,
    )
    .action(() => {
      throw new Error("sweep is read before the command-line library is loaded");
    });
}
