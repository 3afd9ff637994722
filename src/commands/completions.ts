/**
 * `completions`: what a shell reads to complete what is typed.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT, type ExitCode } from "../complaint.ts";
import { bashCompletions, zshCompletions } from "../completions/bash.ts";
import { fishCompletions } from "../completions/fish.ts";
import { type Place, placesOf, type Values } from "../completions/place.ts";
import { builtin, onlyNames, type Plugins } from "../plugins.ts";
import { print } from "../terminal.ts";
import { liveBackends } from "./options.ts";

/** The shells that it is printed for. */
export const COMPLETED_SHELLS = ["bash", "zsh", "fish"] as const;
/** One of them. */
export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

const TEXTS: Readonly<Record<CompletedShell, (places: readonly Place[]) => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
};

/** What options take that name plugins. */
function namesOf(plugins: Plugins): Values {
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  return {
    "--only": onlyNames(plugins),
    "--family": names(plugins.matchers),
    "--backend": names(liveBackends(plugins)),
    "--reporter": names(plugins.reporters),
  };
}

/** Runs `completions`. */
export async function completions(shell: CompletedShell, program: CommandUnknownOpts): Promise<ExitCode> {
  await print(TEXTS[shell](placesOf(program, namesOf(builtin()))));
  return EXIT.fine;
}
