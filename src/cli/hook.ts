import { Argument, Option } from "@commander-js/extra-typings";
import { install, uninstall } from "../commands/hook/install.ts";
import { printHook } from "../commands/hook/print.ts";
import { runHook } from "../commands/hook/run.ts";
import { status } from "../commands/hook/status.ts";
import { type Agent, EVENTS } from "../hooks/agents.ts";
import { TARGETS } from "../hooks/targets.ts";
import { color, examples, json } from "./options.ts";
import type { CommandTable } from "./table.ts";

const AGENTS: readonly Agent[] = ["claude", "codex"];

/** `hook` in the table of commands. */
export function add(table: CommandTable): void {
  const hook = table.command("hook", "unattended", "sweep unseen: before each command, in git, in an agent's sessions");
  const targets = () => new Argument("<targets...>", "what is hooked").choices(TARGETS);
  const project = () => new Option("--project <DIR>", "this project's claude or codex, or this git repository");
  const file = () => new Option("--file <FILE>", "another start-up file of zsh, bash or powershell");

  table.below(hook, "install", "show what changes, ask, and write it; the old text is kept")
    .addArgument(targets())
    .addOption(project())
    .addOption(file())
    .option("-y, --yes", "do not ask")
    .option("-n, --dry-run", "show what would change, and write nothing")
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper hook install zsh claude", "your shell, and Claude Code"],
        ["agent-reaper hook install bash fish --dry-run", "what would be written"],
        ["agent-reaper hook install git --project .", "this repository, beside the hooks it has"],
      ]),
    )
    .action(async (targets, options) => {
      table.exitCode = await install(targets, options);
    });

  table.below(hook, "uninstall", "take it out again: every file is as it was")
    .addArgument(targets())
    .addOption(project())
    .addOption(file())
    .option("-y, --yes", "do not ask")
    .option("-n, --dry-run", "show what would change, and write nothing")
    .addOption(color())
    .addHelpText("after", examples([["agent-reaper hook uninstall zsh claude", "shows what changes, and asks"]]))
    .action(async (targets, options) => {
      table.exitCode = await uninstall(targets, options);
    });

  table.below(hook, "status", "which hooks are on, and when each last ran")
    .addOption(project())
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper hook status", "all of yours"],
        ["agent-reaper hook status --project .", "those of this project"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await status(options);
    });

  table.below(hook, "print", "print what would be installed, for start-up files that you write yourself")
    .addArgument(new Argument("<target>", "what is hooked").choices(TARGETS))
    .addHelpText(
      "after",
      examples([
        ['eval "$(agent-reaper hook print zsh)"', "a line for .zshrc"],
        ["agent-reaper hook print git", "a line for a hook of your own"],
      ]),
    )
    .action(async (target) => {
      table.exitCode = await printHook(target);
    });

  table.below(hook, "run", "what an agent's hooks run; it reads their JSON from standard input", "hidden")
    .addArgument(new Argument("<agent>").choices(AGENTS))
    .addArgument(new Argument("<event>").choices(EVENTS))
    .action(async (agent, event) => {
      table.exitCode = await runHook(agent, event);
    });

  hook.addHelpText(
    "after",
    examples([
      ["agent-reaper hook install zsh claude", "your shell, and Claude Code"],
      ["agent-reaper hook status", "is it on, and did it run"],
    ]),
  );
}
