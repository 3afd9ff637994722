import { snapshot } from "../commands/snapshot.ts";
import { allUsers, backend, examples, hostNamespaces } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `snapshot` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("snapshot", "look", "write all that verdicts rest on as one JSON file; secrets are never in it")
    .option("-o, --output <FILE>", "write to this file, readable by its owner only (default: standard output)")
    .option("--redact", "also without names of users and host, and without what was written to agents")
    .addOption(backend())
    .addOption(allUsers())
    .addOption(hostNamespaces())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper snapshot --output box.json", "for yourself"],
        ["agent-reaper snapshot --redact --output box.json", "to attach to a report"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await snapshot(options);
    });
}
