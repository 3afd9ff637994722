/**
 * `docker run`, `docker exec`, `kubectl exec` and their kin, taken apart. Pure.
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
  const at = afterOptions(args);
  if (!isSpokenThrough(args.slice(1, at))) return undefined;
  const image = args[at]?.replace(/(?<=.)[@:][^/@:]*$/, "");
  return image === undefined ? undefined : { image, words: args.slice(at + 1) };
}

/** What `docker exec -i` or `kubectl exec -i` runs in a container that is there already, for whoever talks to it. */
export function spokenExec({ program, args }: Command): readonly string[] | undefined {
  if (args[0] !== "exec") return undefined;
  if (program === "kubectl") {
    const at = args.indexOf("--");
    return at >= 0 && isSpokenThrough(args.slice(1, at)) ? args.slice(at + 1) : undefined;
  }
  const at = ENGINES.has(program) ? afterOptions(args) : 0;
  return at > 0 && isSpokenThrough(args.slice(1, at)) ? args.slice(at + 1) : undefined;
}

function afterOptions(args: readonly string[]): number {
  let at = 1;
  while (args[at]?.startsWith("-") === true) at += ALONE.test(args[at] as string) ? 1 : 2;
  return at;
}

function isSpokenThrough(options: readonly string[]): boolean {
  const has = (letters: RegExp, ...words: readonly string[]) =>
    options.some((option) => letters.test(option) || words.includes(option));
  return has(/^-\w*i\w*$/, "--interactive", "--stdin") && !has(/^-[idqP]*t[itdqP]*$/, "--tty");
}
