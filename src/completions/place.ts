/**
 * What can be typed where, read from the table of commands.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** An option that can be typed. */
export interface Typed {
  readonly names: readonly string[];
  readonly summary: string;
  /** It wants a value: one of these, or where there are none anything, often a file. */
  readonly values?: readonly string[];
}

/** Where somebody is: behind these words. */
export interface Place {
  /** `hook install`; empty: behind the program's own name. */
  readonly words: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly Typed[];
  /** What its arguments can be, where that is known. */
  readonly operands: readonly string[];
}

/** Values that options take, where the table of commands has none: by the option's name. */
export type Values = Readonly<Record<string, readonly string[]>>;

/** All places of a program, itself first. */
export function placesOf(command: CommandUnknownOpts, more: Values = {}, words = ""): readonly Place[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const place: Place = {
    words,
    commands: below.map((one) => ({ name: one.name(), summary: help.subcommandDescription(one) })),
    options: help.visibleOptions(command).map(({ long, short, description, argChoices, required, optional }) => ({
      names: [long, short].filter((name) => name !== undefined),
      summary: description,
      ...(required || optional ? { values: argChoices ?? more[long ?? ""] ?? [] } : {}),
    })),
    operands: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  const named = below.filter((one) => one.name() !== "help");
  return [place, ...named.flatMap((one) => placesOf(one, more, words === "" ? one.name() : `${words} ${one.name()}`))];
}
