/**
 * `docker run`, `docker exec`, `kubectl exec` and their kin, taken apart. Pure.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { afterOptions } from "./options.ts";

/** The last two are Amazon's and Apple's. */
export const ENGINES: ReadonlySet<string> = new Set(["docker", "podman", "nerdctl", "finch", "container"]);
/** Options that stand alone; all others take a word. */
const ALONE =
  /^(?:-[itdqP]+|--(?:interactive|tty|detach|rm|init|privileged|read-only|publish-all|quiet|replace|rmi|no-.+|oom-kill-disable)|--[^=]+=.*)$/;
/** The same of compose and its commands. */
const ALONE_OF_COMPOSE =
  /^(?:-[Tditb]+|--(?:rm|detach|build|interactive|service-ports|use-aliases|remove-orphans|compatibility|verbose|quiet.*|no-.+)|--[^=]+=.*)$/;

/**
 * The image that `docker run -i` runs, without its version, and what that is told to run. Nobody talks to the others
 * through stdin, and with a terminal in the container it is for a person.
 */
export function spokenImage(
  { program, args }: Command,
): { readonly image: string; readonly words: readonly string[] } | undefined {
  if (args[0] !== "run" || !ENGINES.has(program)) return undefined;
  const at = afterOptions(args, 1, takes(ALONE));
  if (!isSpokenThrough(args.slice(1, at))) return undefined;
  const image = args[at]?.replace(/(?<=.)(?::[^/@:]*)?(?:@[^/@]*)?$/, "");
  return image === undefined ? undefined : { image, words: args.slice(at + 1) };
}

/** What `docker exec -i` or `kubectl exec -i` runs in a container that is there already, for whoever talks to it. */
export function spokenExec({ program, args }: Command): readonly string[] | undefined {
  if (args[0] !== "exec") return undefined;
  if (program === "kubectl") {
    const at = args.indexOf("--");
    return at >= 0 && isSpokenThrough(args.slice(1, at)) ? args.slice(at + 1) : undefined;
  }
  const at = ENGINES.has(program) ? afterOptions(args, 1, takes(ALONE)) : 0;
  return at > 0 && isSpokenThrough(args.slice(1, at)) ? args.slice(at + 1) : undefined;
}

/**
 * What `docker compose exec` or `run` runs in a service's container, or the service where that has words of its own.
 * Without a terminal it is spoken to, unless it is put aside.
 */
export function spokenCompose({ program, args }: Command): readonly string[] | undefined {
  const isCompose = args[0] === "compose";
  if (program !== "docker-compose" && !(isCompose && ENGINES.has(program))) return undefined;
  const verb = afterOptions(args, isCompose ? 1 : 0, takes(ALONE_OF_COMPOSE));
  if (args[verb] !== "exec" && args[verb] !== "run") return undefined;
  const service = afterOptions(args, verb + 1, takes(ALONE_OF_COMPOSE));
  if (args.slice(verb + 1, service).some((option) => option === "--detach" || hasLetter(option, "d"))) return undefined;
  return args.slice(service + 1 < args.length ? service + 1 : service);
}

/** Those among these words that are options of `run`, with what they take. */
export function optionsOfRun(words: readonly string[]): readonly string[] {
  return words.slice(0, afterOptions(words, 0, takes(ALONE)));
}

/** All that do not stand alone take a word. */
function takes(alone: RegExp): (option: string) => boolean {
  return (option) => !alone.test(option);
}

const TERMINAL = /^-[idqP]*t[itdqP]*$/;

/** Whether somebody talks through it to what these options of `run` make. */
export function isSpokenThrough(options: readonly string[]): boolean {
  const isOpen = options.some((one) => one === "--interactive" || one === "--stdin" || hasLetter(one, "i"));
  return isOpen && !options.some((one) => one === "--tty" || TERMINAL.test(one));
}

/** Whether it is one of the short options that are written together: `-it`. */
export function hasLetter(option: string, letter: string): boolean {
  return option.includes(letter) && /^-\w+$/.test(option);
}
