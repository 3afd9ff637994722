import { Argument, Option } from "@commander-js/extra-typings";
import { pid, pidFor } from "../commands/options.ts";
import { adopt, release } from "../commands/session/adopt.ts";
import { end } from "../commands/session/end.ts";
import { start } from "../commands/session/start.ts";
import { backend, color, examples, grace, json } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `session` in the table of commands, for hosts that spawn by themselves. */
export function add(table: CommandTable): void {
  const session = table.command("session", "own", "begin, fill and end a session: what it started ends with it");

  table.below(session, "start", "begin a session and print its name")
    .addOption(new Option("--id <ID>", "its name (default: a new one)"))
    .addOption(
      new Option("--for-pid <PID>", "who answers for it (default: the program that runs this command)").argParser(
        pidFor("--for-pid"),
      ),
    )
    .addOption(new Option("--tool <NAME>", "what that program is called"))
    .addOption(new Option("--kind <WORD>", "what the session is, in a word").default("session" as const))
    .addHelpText(
      "after",
      examples([
        ["agent-reaper session start", "answered for by this shell, until it ends"],
        ["agent-reaper session start --id pr-42 --tool my-bot", "with names of your own"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await start(options);
    });

  table.below(session, "adopt", "put a running process on record, with all below it")
    .addArgument(new Argument("<pid>", "the process").argParser(pid))
    .addOption(new Option("--session <ID>", "the session that it belongs to").makeOptionMandatory())
    .addOption(new Option("--kind <WORD>", "what it is, in a word (default: its short name)"))
    .option("--detached", "it is meant to outlive the session's originator")
    .addHelpText(
      "after",
      examples([["agent-reaper session adopt 4713 --session pr-42", "from now on it ends with pr-42"]]),
    )
    .action(async (pid, options) => {
      table.exitCode = await adopt(pid, options);
    });

  table.below(session, "release", "take a process off the record; it goes on as it is")
    .addArgument(new Argument("<pid>", "the process").argParser(pid))
    .addHelpText("after", examples([["agent-reaper session release 4713", "nobody answers for it from now on"]]))
    .action(async (pid) => {
      table.exitCode = await release(pid);
    });

  table.below(session, "end", "end the processes of a session and all below them, and make sure")
    .addArgument(new Argument("<id>", "the session"))
    .option("-n, --dry-run", "say what would be done, and do nothing")
    .addOption(grace())
    .addOption(backend())
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper session end pr-42", "ask, wait, end by force, make sure"],
        ["agent-reaper session end pr-42 --grace 30s", "leave them more time"],
      ]),
    )
    .action(async (id, options) => {
      table.exitCode = await end(id, options);
    });

  session.addHelpText(
    "after",
    examples([
      ["agent-reaper session start --id pr-42", "begin"],
      ["agent-reaper session adopt 4713 --session pr-42", "fill"],
      ["agent-reaper session release 4713", "or take one off again"],
      ["agent-reaper session end pr-42", "end"],
    ]),
  );
}
