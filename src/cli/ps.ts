import { Option } from "@commander-js/extra-typings";
import { bytes, names } from "../commands/options.ts";
import { ps } from "../commands/ps.ts";
import { backend, color, examples, from, json } from "./options.ts";
import type { CommandTable } from "./table.ts";

const KEYS = ["memory", "cpu", "age", "family"] as const;

/** `ps` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("ps", "look", "every agent on this machine, whose it is and what it takes; touches nothing")
    .addOption(from())
    .addOption(backend())
    .addOption(new Option("--sort <KEY>", "the most first (default: memory)").choices(KEYS))
    .addOption(new Option("--family <NAMES>", "only these families, separated by commas").argParser(names("--family")))
    .addOption(new Option("--session <ID>", "only what belongs to this session"))
    .addOption(
      new Option("--min-memory <SIZE>", "only what takes at least as much: 500M, 1.5G").argParser(
        bytes("--min-memory"),
      ),
    )
    .option("-t, --tree", "with every process, and why it is judged so")
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper ps", "what takes most memory first"],
        ["agent-reaper ps --tree --family claude", "with all that they have started"],
        ["agent-reaper ps --sort cpu --min-memory 1G", "the busy and large ones"],
        ["agent-reaper ps --session pr-42 --json", "of one session, for a script"],
        ["agent-reaper ps --from box.json", "of a snapshot of another machine"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await ps(options);
    });
}
