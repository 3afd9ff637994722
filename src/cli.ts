/**
 * The table of commands. Each calls one plain function, loaded when it is needed.
 *
 * @module
 */
import { Argument, Command, CommanderError, Option } from "@commander-js/extra-typings";
import { Complaint, EXIT, type ExitCode } from "./complaint.ts";
import { count, duration, names, pid } from "./commands/options.ts";
import { print } from "./terminal.ts";
import { visible } from "./text.ts";
import { version } from "./version.ts";

const CONFIDENCES = ["adopted", "likely", "proven"] as const;
const COLOURS = ["auto", "always", "never"] as const;

const HELP_COLUMNS = 100;

/** Runs a command line; what it throws is for `main`. */
export async function cli(args: readonly string[]): Promise<ExitCode> {
  const typed = withDefault(args);
  const table = new Table(typed[0]);
  try {
    await table.program.parseAsync(typed, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    await print(table.said);
    if (error.exitCode === 0) return EXIT.fine;
    throw new Complaint(inOneLine(error, args, table.program.commands.map((command) => command.name())));
  }
  await print(table.said);
  return table.exitCode;
}

/** No command is `scan`: so is one that starts with an option. */
function withDefault(args: readonly string[]): readonly string[] {
  const first = args[0];
  if (first === undefined) return ["scan"];
  const isOfProgram = first === "-h" || first === "--help" || first === "-V" || first === "--version";
  return first.startsWith("-") && !isOfProgram ? ["scan", ...args] : args;
}

/** What commander says in several lines, with the place that says more. */
function inOneLine(error: CommanderError, args: readonly string[], commands: readonly string[]): string {
  // `help NAME` shows the whole help for a name that it does not know.
  const message = error.code === "commander.help" ? `unknown command '${args[1] ?? ""}'` : error.message;
  const line = visible(message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ").trim());
  if (/Did you mean|Allowed choices/.test(line)) return line.replace("(Did you mean", "(did you mean");
  const command = args.find((arg) => commands.includes(arg));
  return `${line.replace(/\.$/, "")}: see agent-reaper ${command === undefined ? "" : `${command} `}--help`;
}

/** Help without `process.stdout`: width and colour are not asked for. */
class Table {
  exitCode: ExitCode = EXIT.fine;
  /** What commander wanted to print. */
  said = "";
  readonly program: Command;

  /** Whoever names a command waits for no other: the whole table takes a millisecond. */
  constructor(wanted: string | undefined) {
    this.program = this.#configured(new Command("agent-reaper"))
      .description("Finds processes that AI coding agents left behind, and ends them safely.")
      .version(version, "-V, --version", "print the version")
      .helpOption("-h, --help", "show this, or what a command takes")
      .helpCommand("help [COMMAND]", "show what a command takes")
      .usage("[COMMAND] [OPTIONS]")
      .addHelpText(
        "after",
        `
Without a command it scans. Only reap ends anything.

Examples:
  agent-reaper                     what nobody is responsible for any more
  agent-reaper reap                the same, and end it after a question
  agent-reaper explain 4711        why 4711 is judged as it is

Exit codes: 0 fine, 1 something is left, 2 usage or configuration, 3 cannot work here.`,
      );
    const commands: Readonly<Record<string, () => void>> = {
      scan: () => this.#scan(),
      reap: () => this.#reap(),
      explain: () => this.#explain(),
      snapshot: () => this.#snapshot(),
      plugins: () => this.#plugins(),
      doctor: () => this.#doctor(),
    };
    const build = Object.hasOwn(commands, wanted ?? "") ? [commands[wanted as string]] : Object.values(commands);
    for (const add of build) add?.();
  }

  #scan(): void {
    this.#command("scan", "show what nobody is responsible for; touches nothing (the default command)")
      .addOption(from())
      .addOption(backend())
      .addOption(minAge())
      .addOption(maxAge())
      .addOption(confidence())
      .addOption(only())
      .option("-a, --all", "show those too that stay, and why")
      .addOption(json())
      .addOption(ndjson())
      .addOption(reporter())
      .option("--exit-code", "exit with 1 when there is something to reap")
      .addOption(color())
      .addHelpText(
        "after",
        examples([
          ["agent-reaper scan --all", "also the agents that stay"],
          ["agent-reaper scan --json | jq .plan.terminate", "the pids that reap would signal"],
          ["agent-reaper scan --exit-code || mail me", "in a cron job"],
          ["agent-reaper scan --from box.json", "judge a snapshot of another machine"],
        ]),
      )
      .action(async (options) => {
        const { scan } = await import("./commands/scan.ts");
        this.exitCode = await scan(options);
      });
  }

  #reap(): void {
    this.#command("reap", "end what scan shows; asks first")
      .addArgument(new Argument("[pids...]", "judge and end only these").argParser(pids))
      .option("-y, --yes", "do not ask")
      .option("-n, --dry-run", "say what would be done, and do nothing")
      .addOption(backend())
      .addOption(minAge())
      .addOption(maxAge())
      .addOption(
        new Option("--grace <DURATION>", "how long they may take to end by themselves (default: 5s)").argParser(
          duration("--grace"),
        ),
      )
      .addOption(confidence())
      .addOption(only())
      .addOption(
        new Option("--limit <TREES>", "a brake: touch nothing when there are more trees than this").argParser(
          count("--limit"),
        ),
      )
      .option("-a, --all", "tell of every process, also of those that simply ended")
      .addOption(json())
      .addOption(ndjson())
      .addOption(reporter())
      .addOption(color())
      .addHelpText(
        "after",
        examples([
          ["agent-reaper reap", "show, ask, end"],
          ["agent-reaper reap --yes --limit 10", "in a script, with a brake"],
          ["agent-reaper reap --dry-run", "what would be done"],
          ["agent-reaper reap 4711 4712", "only these, if nobody is responsible for them"],
          ["agent-reaper reap --max-age 2h --only npm-agent", "also what is older than two hours"],
        ]),
      )
      .action(async (pids, options) => {
        const { reap } = await import("./commands/reap.ts");
        this.exitCode = await reap(pids ?? [], options);
      });
  }

  #explain(): void {
    this.#command("explain", "why a process is judged as it is: every guard and proof, and the facts")
      .addArgument(new Argument("<pid>", "the process").argParser(pid))
      .addOption(from())
      .addOption(backend())
      .addOption(minAge())
      .addOption(maxAge())
      .addOption(confidence())
      .addOption(json())
      .addOption(color())
      .addHelpText(
        "after",
        examples([
          ["agent-reaper explain 4711", "also for one that stays"],
          ["agent-reaper explain 4711 --from box.json", "one of a snapshot"],
        ]),
      )
      .action(async (pid, options) => {
        const { explain } = await import("./commands/explain.ts");
        this.exitCode = await explain(pid, options);
      });
  }

  #snapshot(): void {
    this.#command("snapshot", "write all that verdicts rest on as one JSON file; secrets are never in it")
      .option("-o, --output <FILE>", "write to this file, readable by its owner only (default: standard output)")
      .option("--redact", "also without names of users and host, and without what was written to agents")
      .addOption(backend())
      .addHelpText(
        "after",
        examples([
          ["agent-reaper snapshot --output box.json", "for yourself"],
          ["agent-reaper snapshot --redact --output box.json", "to attach to a report"],
        ]),
      )
      .action(async (options) => {
        const { snapshot } = await import("./commands/snapshot.ts");
        this.exitCode = await snapshot(options);
      });
  }

  #plugins(): void {
    this.#command("plugins", "list what takes part in a verdict")
      .addOption(json())
      .addOption(color())
      .addHelpText("after", examples([["agent-reaper plugins", "names for --only, --backend and --reporter"]]))
      .action(async (options) => {
        const { plugins } = await import("./commands/plugins.ts");
        this.exitCode = await plugins(options);
      });
  }

  #doctor(): void {
    this.#command("doctor", "what this machine lets us see, and what we would miss")
      .addOption(backend())
      .addOption(json())
      .addOption(color())
      .addHelpText("after", examples([["agent-reaper doctor", "exits with 3 when it cannot work here"]]))
      .action(async (options) => {
        const { doctor } = await import("./commands/doctor.ts");
        this.exitCode = await doctor(options);
      });
  }

  #command(name: string, summary: string) {
    const command = this.#configured(new Command(name)).description(summary).helpOption("-h, --help", "show this");
    this.program.addCommand(command);
    return command;
  }

  #configured(command: Command): Command {
    return command
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({
        writeOut: (text) => void (this.said += text),
        // The same comes with the error that is thrown.
        writeErr: () => {},
        getOutHelpWidth: () => HELP_COLUMNS,
        getErrHelpWidth: () => HELP_COLUMNS,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }
}

function pids(typed: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), pid(typed)];
}

function from() {
  return new Option("--from <FILE>", "judge a snapshot file in place of this machine; - is standard input");
}

function backend() {
  return new Option("--backend <NAME>", "how to look at this machine (default: what sees most)");
}

function minAge() {
  return new Option("--min-age <DURATION>", "spare what is younger (default: 60s)").argParser(duration("--min-age"));
}

function maxAge() {
  return new Option("--max-age <DURATION>", "also end workers that are older, whoever is responsible (default: off)")
    .argParser(duration("--max-age"));
}

function confidence() {
  return new Option("--confidence <LEVEL>", "how sure one must be (default: likely)").choices(CONFIDENCES);
}

function only() {
  return new Option("--only <MATCHERS>", "only what these matchers claim, separated by commas").argParser(names);
}

function json() {
  return new Option("--json", "one JSON document (docs/json.md)");
}

function ndjson() {
  return new Option("--ndjson", "one JSON object a line");
}

function reporter() {
  return new Option("--reporter <NAME>", "tell it with this reporter").conflicts(["json", "ndjson"]);
}

function color() {
  return new Option("--color <WHEN>", "when to colour").choices(COLOURS).default("auto" as const);
}

function examples(lines: readonly (readonly [string, string])[]): string {
  const most = Math.max(...lines.map(([command]) => command.length));
  return `\nExamples:\n${lines.map(([command, what]) => `  ${command.padEnd(most)}  ${what}`).join("\n")}`;
}
