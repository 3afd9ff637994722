/**
 * `docker run` and its kin, taken apart. Pure.
 *
 * @module
 */
import type { Command } from "./command.ts";

const ENGINES = new Set(["docker", "podman", "nerdctl"]);
/** Options that stand alone; all others take a word. */
const ALONE =
  /^(?:-[itdqP]+|--(?:interactive|tty|detach|rm|init|privileged|read-only|publish-all|quiet|replace|rmi|no-.+|oom-kill-disable)|--[^=]+=.*)$/;

/**
 * The image that `docker run -i` runs, without its version, and what that is told to run. Nobody talks to the others
 * through stdin, and with a terminal in the container it is for a person.
 */
export function spokenImage(
  { program, args }: Command,
): { readonly image: string; readonly words: readonly string[] } | undefined {
  if (args[0] !== "run" || !ENGINES.has(program)) return undefined;
  let at = 1;
  while (args[at]?.startsWith("-") === true) at += ALONE.test(args[at] as string) ? 1 : 2;
  const options = args.slice(1, at);
  const has = (letters: RegExp, word: string) => options.some((option) => letters.test(option) || option === word);
  if (!has(/^-\w*i\w*$/, "--interactive") || has(/^-[idqP]*t[itdqP]*$/, "--tty")) return undefined;
  const image = args[at]?.replace(/(?<=.)[@:][^/@:]*$/, "");
  return image === undefined ? undefined : { image, words: args.slice(at + 1) };
}
