import { Option } from "@commander-js/extra-typings";
import { health } from "../commands/health.ts";
import { backend, color, examples, json, prose } from "./options.ts";
import type { CommandTable } from "./table.ts";

/** `health` in the table of commands. */
export function add(table: CommandTable): void {
  table.command("health", "time", "how the machine is doing: memory, swap, zombies, limits; for monitoring too")
    .addOption(backend())
    .addOption(
      new Option("--fleet", "how all machines were doing that share the configuration's store").conflicts("backend"),
    )
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      `${examples([["agent-reaper health", "exits with 0 ok, 1 warning, 2 critical, 3 cannot be told"]])}\n${
        prose(
          `Limits: [health] in the configuration, or REAPER_ZOMBIE_WARN_THRESHOLD (500),
          REAPER_FREE_MEM_WARN_MB (1024), REAPER_SWAP_WARN_PCT (0.7).`,
        )
      }`,
    )
    .action(async (options) => {
      table.exitCode = await health(options);
    });
}
