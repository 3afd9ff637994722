/**
 * Options that several commands take, each said once.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { duration, names, pid } from "../commands/options.ts";
import { parseLimit } from "../duration.ts";
import { columns } from "../terminal.ts";
import { wrap } from "../text.ts";

const CONFIDENCES = ["adopted", "likely", "proven"] as const;
const COLOURS = ["auto", "always", "never"] as const;

/** An option whose value is read by us. */
type Read<Usage extends string, Value> = Option<Usage, undefined, undefined, Value>;
type Choice<Usage extends string, Name extends string, Default = undefined> = Option<
  Usage,
  undefined,
  Default,
  undefined,
  false,
  Name
>;

/** Reads pids, given one by one. */
export function pids(typed: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), pid(typed)];
}

/** `--from FILE` */
export function from(): Option<"--from <FILE>"> {
  return new Option("--from <FILE>", "judge a snapshot file in place of this machine; - is standard input");
}

/** `--backend NAME` */
export function backend(): Option<"--backend <NAME>"> {
  return new Option("--backend <NAME>", "how to look at this machine (default: what sees most)");
}

/** `--min-age DURATION` */
export function minAge(): Read<"--min-age <DURATION>", number> {
  return new Option("--min-age <DURATION>", "spare what is younger (default: 60s)").argParser(duration("--min-age"));
}

/** `--max-age DURATION` */
export function maxAge(): Read<"--max-age <DURATION>", number> {
  return new Option("--max-age <DURATION>", "also end workers that are older, whoever is responsible (default: off)")
    .argParser(duration("--max-age", parseLimit));
}

/** `--grace DURATION` */
export function grace(): Read<"--grace <DURATION>", number> {
  return new Option("--grace <DURATION>", "how long they may take to end by themselves (default: 5s)").argParser(
    duration("--grace"),
  );
}

/** `--confidence LEVEL` */
export function confidence(): Choice<"--confidence <LEVEL>", (typeof CONFIDENCES)[number]> {
  return new Option("--confidence <LEVEL>", "how sure one must be (default: likely)").choices(CONFIDENCES);
}

/** `--only MATCHERS` */
export function only(): Read<"--only <MATCHERS>", string[]> {
  return new Option("--only <MATCHERS>", "only what these matchers claim, separated by commas").argParser(
    names("--only"),
  );
}

/** `--all-users` */
export function allUsers(): Option<"--all-users"> {
  return new Option("--all-users", "everybody's processes, as root; only what is proven (--confidence proven)");
}

/** `--host-namespaces` */
export function hostNamespaces(): Option<"--host-namespaces"> {
  return new Option("--host-namespaces", "containers' processes too, seen from their host; with --all-users");
}

/** `--plugin FILE` */
export function plugin(): Read<"--plugin <FILE>", string[]> {
  return new Option("--plugin <FILE>", "also load this plugin (docs/plugins.md); can be given again").argParser(
    (typed: string, before: string[] | undefined) => [...(before ?? []), typed],
  );
}

/** `--json` */
export function json(): Option<"--json"> {
  return new Option("--json", "one JSON document (docs/json.md)");
}

/** `--ndjson` */
export function ndjson(): Option<"--ndjson"> {
  return new Option("--ndjson", "one JSON object a line").conflicts("json");
}

/** `--reporter NAME` */
export function reporter(): Option<"--reporter <NAME>"> {
  return new Option("--reporter <NAME>", "tell it with this reporter").conflicts(["json", "ndjson"]);
}

/** `--color WHEN` */
export function color(): Choice<"--color <WHEN>", (typeof COLOURS)[number], "auto"> {
  return new Option("--color <WHEN>", "when to colour").choices(COLOURS).default("auto" as const);
}

/** Longer lines are hard to read. */
const WIDEST_HELP = 100;

/** The width of the help. */
export function helpColumns(): number {
  return Math.min(WIDEST_HELP, columns(process.env));
}

/** What is said under a command's options; where its lines end in the source means nothing. */
export function prose(text: string): string {
  return `\n${wrap(text.replaceAll(/\s+/g, " "), helpColumns()).join("\n")}`;
}

/** The examples under a command's options: what is typed, and what it is for, below it where there is no room beside it. */
export function examples(lines: readonly (readonly [string, string])[]): string {
  const room = helpColumns();
  const most = Math.max(...lines.map(([command]) => command.length));
  const isBeside = lines.every(([, what]) => most + what.length + 4 <= room);
  const shown = lines.flatMap(([command, what]) =>
    isBeside
      ? `  ${command.padEnd(most)}  ${what}`
      : [`  ${command}`, ...wrap(what, room - 6).map((part) => `      ${part}`)]
  );
  return `\nExamples:\n${shown.join("\n")}`;
}
