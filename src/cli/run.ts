import { Argument, Option } from "@commander-js/extra-typings";
import { duration } from "../commands/options.ts";
import { run } from "../commands/run.ts";
import { Complaint } from "../complaint.ts";
import { parseLimit } from "../duration.ts";
import { asTyped } from "../quote.ts";
import { visible } from "../text.ts";
import { backend, examples, prose } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `run` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("run", "own", "run a command of which nothing outlives it")
    .addArgument(new Argument("[command...]", "after --, with its arguments"))
    .passThroughOptions()
    .usage("[OPTIONS] -- COMMAND...")
    .addOption(new Option("--session <ID>", "the session that it belongs to"))
    .addOption(new Option("--slot", "wait for a slot first, and have it as long as the command runs"))
    .addOption(
      new Option("--timeout <DURATION>", "end it after this, and exit with 124").argParser(
        duration("--timeout", parseLimit),
      ),
    )
    .addOption(
      new Option("--grace <DURATION>", "how long what is to end may take by itself (default: 5s)").argParser(
        duration("--grace"),
      ),
    )
    .addOption(new Option("--detach-ok", "what starts a session of its own (setsid) may outlive the command"))
    .addOption(backend())
    .addHelpText(
      "after",
      `${
        prose(
          `Terminal, signals and exit code are the command's own. When it ends, or we are killed, even with -9,
          all that it started is ended too, whatever it forked or detached. Exit codes of our own: 124 the
          time was over, 125 it could not be contained, 126 the command cannot be run, 127 there is none of
          that name.`,
        )
      }
${
        examples([
          ["agent-reaper run -- claude -p 'fix the tests'", "and nothing of it stays behind"],
          ["agent-reaper run --timeout 2h --session pr-42 -- make check", "in a script"],
          ["agent-reaper run --slot -- codex exec 'review'", "one of a few at once: see agent-reaper slots"],
        ])
      }`,
    )
    .action(async (words, options) => {
      if (!process.argv.includes("--")) throw withoutDashes(words);
      if (words.length === 0) throw new Complaint("run: there is no command after --: agent-reaper run -- COMMAND");
      table.exitCode = await run(words, options);
    });
}

function withoutDashes(words: readonly string[]): Complaint {
  const some = words.slice(0, 3).map(asTyped).join(" ");
  const shown = words.length === 0 ? "COMMAND" : `${visible(some)}${words.length > 3 ? " …" : ""}`;
  return new Complaint(`run: write -- before the command: agent-reaper run -- ${shown}`);
}
