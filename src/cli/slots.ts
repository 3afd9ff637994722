import { Argument, type Command, Option } from "@commander-js/extra-typings";
import { count, duration, pidFor, slotId } from "../commands/options.ts";
import { acquire } from "../commands/slots/acquire.ts";
import { slotName, slotServer } from "../commands/slots/ground.ts";
import { keep } from "../commands/slots/keep.ts";
import { cleanup, release } from "../commands/slots/release.ts";
import { run } from "../commands/slots/run.ts";
import { status } from "../commands/slots/status.ts";
import { color, examples, json, prose } from "./options.ts";
import type { CommandTable } from "./table.ts";

const name = () =>
  new Option("--name <NAME>", "which slots: each name has its own (default: default)").argParser(slotName)
    .conflicts("compat");
const compat = () =>
  new Option("--compat <PROGRAM>", "share the slots of that program").choices(["sqlite-graphrag"] as const);
const store = () =>
  new Option("--store <URL>", "slots that several machines share, on their PostgreSQL").argParser(slotServer).conflicts(
    "compat",
  );
const max = () =>
  new Option("--max <SLOTS>", "how many there are (default: what this machine can take; slots status shows it)")
    .argParser(
      count("--max"),
    );
const wait = () =>
  new Option("--wait <DURATION>", "how long to wait for one, 0s for not at all (default: as long as it takes)")
    .argParser(duration("--wait"));

/** `slots` in the table of commands. */
export function add(table: CommandTable): void {
  const slots = table.command("slots", "own", "at most so many agents at once, on the whole machine")
    .addHelpText(
      "after",
      examples([
        ["agent-reaper slots run --max 2 -- echo hello", "echo, as one of two at once"],
        ["agent-reaper slots status", "who has slots, who waits"],
      ]),
    );

  addRun(slots, table);
  addAcquire(slots, table);
  addStatus(slots, table);
  addRelease(slots, table);
  addCleanup(slots, table);
  addKeep(slots, table);
}

function addRun(slots: Command, table: CommandTable): void {
  table.below(slots, "run", "run a command that has a slot as long as it lives")
    .addArgument(new Argument("<command...>", "after --, with its arguments"))
    .addOption(max())
    .addOption(wait())
    .addOption(name())
    .addOption(store())
    .addOption(compat())
    .passThroughOptions()
    .addHelpText(
      "after",
      `${
        prose(
          `Streams, signals and exit code are the command's. Who came first is served first. Exit codes of our
          own: 75 no slot came free in time, 126 the command cannot be run, 127 there is none of that name.`,
        )
      }
${
        examples([
          ["agent-reaper slots run --max 2 --wait 30s -- echo hello", "wait for half a minute at most"],
          ["agent-reaper slots run --name builds -- make --version", "slots of their own"],
          ["agent-reaper slots run --compat sqlite-graphrag -- true", "as one of that program's"],
        ])
      }`,
    )
    .action(async (command, options) => {
      table.exitCode = await run(command, options);
    });
}

function addAcquire(slots: Command, table: CommandTable): void {
  table.below(slots, "acquire", "take a slot for a script and print its number")
    .addOption(
      new Option("--for-pid <PID>", "as long as this process lives the slot is taken; $$ in a script").argParser(
        pidFor("--for-pid"),
      )
        .makeOptionMandatory(),
    )
    .addOption(max())
    .addOption(wait())
    .addOption(name())
    .addOption(store())
    .addOption(compat())
    .addOption(json())
    .addHelpText(
      "after",
      `${
        prose(
          `A small process of ours keeps the slot, and ends when that process does or when \`slots release\` asks
          it to. With --store it stays connected to the server; a connection that is lost is a slot that is
          lost, and the process goes on without it: see slots status. Whoever wants a command ended then uses
          slots run.`,
        )
      }
${
        examples([[
          "agent-reaper slots acquire --for-pid $$ --wait 30s",
          "in a script: the slot is its own until it ends",
        ]])
      }`,
    )
    .action(async (options) => {
      table.exitCode = await acquire(options);
    });
}

function addStatus(slots: Command, table: CommandTable): void {
  table.below(slots, "status", "who has slots, who waits, and what dead holders left")
    .addOption(max())
    .addOption(name())
    .addOption(store())
    .addOption(compat())
    .addOption(json())
    .addOption(color())
    .addHelpText(
      "after",
      examples([
        ["agent-reaper slots status", "the slots that are used when no name is given"],
        ["agent-reaper slots status --name llm --json | jq .active", "a number for a script"],
      ]),
    )
    .action(async (options) => {
      table.exitCode = await status(options);
    });
}

function addRelease(slots: Command, table: CommandTable): void {
  table.below(slots, "release", "give back a slot that a script took with acquire, or that is stale")
    .addOption(new Option("--slot-id <SLOT>", "its number").argParser(slotId("--slot-id")).makeOptionMandatory())
    .option("-y, --yes", "do not ask")
    .addOption(name())
    .addOption(store())
    .addOption(compat())
    .addOption(json())
    .addHelpText(
      "after",
      `${
        prose(
          `A slot whose command still runs is not taken from it: exit code 1, and who has it is said. With
          --store the same goes for one that was acquired on another machine.`,
        )
      }
${examples([["agent-reaper slots release --slot-id 0 --yes", "before the script ends"]])}`,
    )
    .action(async (options) => {
      table.exitCode = await release(options);
    });
}

function addCleanup(slots: Command, table: CommandTable): void {
  table.below(slots, "cleanup", "release what dead holders left; every sweep that looks does the same")
    .option("-y, --yes", "do not ask")
    .option("-n, --dry-run", "say what would be released, and release nothing")
    .addOption(name())
    .addOption(store())
    .addOption(compat())
    .addOption(json())
    .addHelpText(
      "after",
      `${
        prose(
          `A slot whose lock nobody has is free for us anyhow; in a directory shared with --compat its file has
          to go first. With --store it takes out what machines left that lost their connection, and their
          places in the queue.`,
        )
      }
${
        examples([["agent-reaper slots cleanup --yes", "in a script"], [
          "agent-reaper slots cleanup --dry-run",
          "what would be released",
        ]])
      }`,
    )
    .action(async (options) => {
      table.exitCode = await cleanup(options);
    });
}

function addKeep(slots: Command, table: CommandTable): void {
  table.below(slots, "keep", "what acquire leaves behind", "hidden")
    .addOption(new Option("--for-pid <PID>").argParser(pidFor("--for-pid")).makeOptionMandatory())
    .addOption(new Option("--start <TOKEN>").makeOptionMandatory())
    .addOption(new Option("--slot <SLOT>").argParser(slotId("--slot")).makeOptionMandatory())
    .addOption(new Option("--directory <DIRECTORY>"))
    .addOption(max())
    .addOption(name())
    .addOption(compat())
    .action(async (options) => {
      table.exitCode = await keep(options);
    });
}
