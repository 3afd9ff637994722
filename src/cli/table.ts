/**
 * The table of commands, as commander keeps it. Help comes without `process.stdout`: its width is
 * that of all text, and colour is not asked for.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { EXIT } from "../complaint.ts";
import { version } from "../version.ts";
import { examples, helpColumns, prose } from "./options.ts";

/** On a narrow terminal what an option means still stands beside it. */
const FEWEST_WRAPPED = 20;

/** Under which heading of the help a command stands. */
const GROUPS = {
  look: "Look:",
  end: "End:",
  own: "Spawn:",
  unattended: "Unattended:",
  time: "Over time:",
  about: "This program:",
} as const;

/** What a command is for. */
export type Group = keyof typeof GROUPS;

/** The table, filled by the files beside this one. */
export class CommandTable {
  /** How the program ends. */
  exitCode: number = EXIT.fine;
  /** What commander wanted to print. */
  said = "";
  readonly program: Command;

  constructor() {
    this.program = this.#configured(new Command("agent-reaper"))
      .description("Finds processes that AI coding agents left behind, and ends them safely.")
      .version(version, "-V, --version", "print the version")
      .helpOption("-h, --help", "show this, or what a command takes")
      .commandsGroup(GROUPS.about)
      .helpCommand("help [COMMAND]", "show what a command takes")
      .usage("[COMMAND] [OPTIONS]")
      .addHelpText(
        "after",
        [
          prose("Without a command it scans, and touches nothing."),
          examples([
            ["agent-reaper", "what nobody is responsible for any more"],
            ["agent-reaper reap", "the same, and end it after a question"],
            ["agent-reaper explain 4711", "why 4711 is judged as it is"],
          ]),
          prose("Exit codes: 0 fine, 1 something is left, 2 usage or configuration, 3 cannot work here."),
        ].join("\n"),
      );
  }

  /** A command of the program. */
  command(name: string, group: Group, summary: string): Command {
    const command = this.#configured(new Command(name))
      .description(summary)
      .helpOption("-h, --help", "show this")
      .helpGroup(GROUPS[group]);
    this.program.addCommand(command);
    return command;
  }

  /** A command below another one, as `install` in `hook install`. */
  below(parent: Command, name: string, summary: string, shown: "shown" | "hidden" = "shown"): Command {
    const command = this.#configured(new Command(name)).description(summary).helpOption("-h, --help", "show this");
    parent.helpCommand("help [command]", "show what a command takes");
    parent.addCommand(command, { hidden: shown === "hidden" });
    return command;
  }

  #configured(command: Command): Command {
    return command
      .enablePositionalOptions()
      .exitOverride()
      .allowExcessArguments(false)
      .configureHelp({ minWidthToWrap: FEWEST_WRAPPED })
      .configureOutput({
        writeOut: (text) => void (this.said += text),
        // The same comes with the error that is thrown.
        writeErr: () => {},
        getOutHelpWidth: helpColumns,
        getErrHelpWidth: helpColumns,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }
}
