/**
 * The command line. Each command has a file in `cli/` that says what it takes and calls one plain
 * function of `commands/`, loaded when it is the one that is meant.
 *
 * @module
 */
import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { CommandTable } from "./cli/table.ts";
import { quote } from "./commands/options.ts";
import { Complaint, EXIT } from "./complaint.ts";
import { print } from "./terminal.ts";
import { visible } from "./text.ts";

/** The commands, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<{ add(table: CommandTable): void }>>> = {
  scan: () => import("./cli/scan.ts"),
  ps: () => import("./cli/ps.ts"),
  explain: () => import("./cli/explain.ts"),
  snapshot: () => import("./cli/snapshot.ts"),
  reap: () => import("./cli/reap.ts"),
  undo: () => import("./cli/undo.ts"),
  run: () => import("./cli/run.ts"),
  slots: () => import("./cli/slots.ts"),
  sweep: () => import("./cli/sweep.ts"),
  watch: () => import("./cli/watch.ts"),
  service: () => import("./cli/service.ts"),
  pause: () => import("./cli/pause.ts"),
  resume: () => import("./cli/resume.ts"),
  hook: () => import("./cli/hook.ts"),
  wrap: () => import("./cli/wrap.ts"),
  history: () => import("./cli/history.ts"),
  metrics: () => import("./cli/metrics.ts"),
  health: () => import("./cli/health.ts"),
  sessions: () => import("./cli/sessions.ts"),
  session: () => import("./cli/session.ts"),
  plugins: () => import("./cli/plugins.ts"),
  doctor: () => import("./cli/doctor.ts"),
  completions: () => import("./cli/completions.ts"),
};

/** Runs a command line and tells how the program ends; what it throws is for `main`. */
export async function cli(args: readonly string[]): Promise<number> {
  const typed = withDefault(args);
  const table = await tableFor(typed[0]);
  const help = askedForHelp(typed, table);
  try {
    await table.program.parseAsync(help ?? typed, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    await print(table.said);
    if (error.exitCode === 0) return EXIT.fine;
    throw new Complaint(inOneLine(error, help ?? args, table));
  }
  await print(table.said);
  return table.exitCode;
}

/** Whoever names a command waits for no other, but for the one that tells of all. */
async function tableFor(wanted: string | undefined): Promise<CommandTable> {
  const table = new CommandTable();
  const one = wanted !== "completions" && Object.hasOwn(COMMANDS, wanted ?? "")
    ? COMMANDS[wanted as string]
    : undefined;
  for (const load of one === undefined ? Object.values(COMMANDS) : [one]) (await load()).add(table);
  return table;
}

/** No command is `scan`: so is one that starts with an option. */
function withDefault(args: readonly string[]): readonly string[] {
  const first = args[0];
  if (first === undefined) return ["scan"];
  const isOfProgram = first === "-h" || first === "--help" || first === "-V" || first === "--version";
  return first.startsWith("-") && !isOfProgram ? ["scan", ...args] : args;
}

const HELP: readonly (string | undefined)[] = ["help", "-h", "--help", undefined];

/** `help slots run` and `slots help run` are `slots run --help`: commander itself looks no further than one word. */
function askedForHelp([first, second, ...rest]: readonly string[], { program }: CommandTable): string[] | undefined {
  const partsOf = (name: string | undefined) =>
    program.commands.find((one) => one.name() === name)?.commands.map((one) => one.name());
  const isBelow = second === "help" && (partsOf(first)?.length ?? 0) > 0;
  if (first !== "help" && !isBelow) return misnamed([first, second, ...rest], partsOf(first));
  const [name, part] = isBelow ? [first, rest[0]] : [second, rest[0]];
  if (HELP.includes(name)) return ["--help"];
  const parts = partsOf(name);
  // Of what is not there commander says so, with what may have been meant.
  if (parts === undefined) return undefined;
  if (HELP.includes(part) || part?.startsWith("-") === true) return [name as string, "--help"];
  if (parts.length === 0) {
    throw new Complaint(`unknown command ${visible(`'${part}'`)}: see agent-reaper ${name} --help`);
  }
  return [name as string, part as string, ...(parts.includes(part as string) ? ["--help"] : [])];
}

/** The name that is not known, where its help is asked for: commander would show the whole help. */
function misnamed(
  [first = "", second = "", ...rest]: readonly (string | undefined)[],
  parts: readonly string[] | undefined,
): string[] | undefined {
  const isAsked = [second, ...rest].some((word) => word === "-h" || word === "--help");
  if (!isAsked || first.startsWith("-")) return undefined;
  if (parts === undefined) return [first];
  return parts.length === 0 || second.startsWith("-") || parts.includes(second) ? undefined : [first, second];
}

/** What commander says in several lines, with the place that says more. */
function inOneLine(error: CommanderError, args: readonly string[], table: CommandTable): string {
  const [name, below] = args;
  const late = name?.startsWith("-") === true ? args.find((arg) => Object.hasOwn(COMMANDS, arg)) : undefined;
  if (late !== undefined) {
    const rest = args.filter((arg) => arg !== late).map(quote);
    return `options come after the command: agent-reaper ${[late, ...rest].join(" ")}`;
  }
  const command = table.program.commands.find((one) => one.name() === name);
  const parts = command?.commands.map((one) => one.name()) ?? [];
  if (error.code === "commander.help" && command !== undefined) {
    const shown = parts.filter((part) => !isHidden(command, part));
    return `${name}: say which: ${shown.join(", ")}: see agent-reaper ${name} --help`;
  }
  // `help NAME` shows the whole help for a name that it does not know.
  const message = error.code === "commander.help" ? `unknown command '${below ?? ""}'` : error.message;
  const line = visible(message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ").trim());
  const choice = CHOICE.exec(line);
  if (choice !== null) return choiceAmong(choice);
  if (error.code === "commander.unknownCommand" && /^\d+$/.test(name ?? "")) {
    return `${line} (did you mean explain ${name}?)`;
  }
  if (/Did you mean/.test(line)) return line.replace("(Did you mean", "(did you mean");
  const place = command === undefined
    ? ""
    : `${name} ${below !== undefined && parts.includes(below) ? `${below} ` : ""}`;
  return `${line.replace(/\.$/, "")}: see agent-reaper ${place}--help`;
}

/** What commander says of a value that is none of those there are, of an option's or an argument's. */
const CHOICE =
  /^(?:option '(?:-\w, )?(--[\w-]+)[^']*' argument|command-argument value) '(.*)' is invalid(?: for argument '[^']*')?\. Allowed choices are (.*)\.$/;

function choiceAmong([, option = "", typed = "", choices = ""]: readonly (string | undefined)[]): string {
  const named = [option, typed === "" ? '""' : typed].filter((part) => part !== "").join(" ");
  return `${named}: write ${choices.replace(/, ([^,]*)$/, " or $1")}`;
}

function isHidden(command: CommandUnknownOpts, name: string): boolean {
  return !command.createHelp().visibleCommands(command).some((one) => one.name() === name);
}
