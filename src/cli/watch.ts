import { Option } from "@commander-js/extra-typings";
import { count, interval } from "../commands/options.ts";
import { watch } from "../commands/watch.ts";
import {
  allUsers,
  backend,
  confidence,
  examples,
  grace,
  hostNamespaces,
  maxAge,
  minAge,
  ndjson,
  only,
} from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `watch` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("watch", "time", "look again and again, and end what two rounds saw as an orphan")
    .addOption(
      new Option("--every <DURATION>", "time between two rounds (default: 5m)").argParser(interval("--every")),
    )
    .option("--now", "the first round at once, not after an interval")
    .addOption(
      new Option("--confirm <ROUNDS>", "end what this many rounds saw as an orphan (default: 2)").argParser(
        count("--confirm"),
      ),
    )
    .option("-n, --dry-run", "say what would be done, and do nothing")
    .option("--listen <ADDRESS>", "metrics for Prometheus there, for example 127.0.0.1:9477")
    .option("--log <FILE>", "say it there, in a file that stays small, and not on standard output")
    .addOption(backend())
    .addOption(minAge())
    .addOption(maxAge())
    .addOption(grace())
    .addOption(confidence())
    .addOption(only())
    .addOption(allUsers())
    .addOption(hostNamespaces())
    .addOption(
      new Option("--limit <TREES>", "a brake: touch nothing in a round with more trees than this").argParser(
        count("--limit"),
      ),
    )
    .addOption(ndjson())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper watch", "until Ctrl-C"],
        ["agent-reaper watch --every 1m --now", "more often, and at once"],
        ["agent-reaper watch --dry-run --log ./would.log", "for a week, before it may act"],
        ["agent-reaper watch --listen 127.0.0.1:9477", "with metrics"],
        [
          "agent-reaper watch --all-users --host-namespaces",
          "for everybody, in containers too: a node's agent, as root",
        ],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await watch(options);
    });
}
