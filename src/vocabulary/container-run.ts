/**
 * `docker run`, `docker exec`, `kubectl exec` and their kin, taken apart. Pure.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { afterOptions } from "./options.ts";

/** The last two are Amazon's and Apple's. */
const ENGINES = new Set(["docker", "podman", "nerdctl", "finch", "container"]);
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

/** Compose by its own name, or as a word of an engine's; the first in Python, under its script's. */
const COMPOSE = new Set(["docker-compose", "podman-compose"]);
/** What an engine is asked for where it holds containers, and in front of what else that stands. */
const ENGINES_VERBS = new Set(["run", "attach", "start", "container", "compose"]);
const COMPOSES_VERBS = new Set(["up", "watch", "run", "attach", "compose"]);
/** With a mount goes what is read and written through it. */
const MOUNTS = new Set(["sshfs", "gocryptfs", "encfs", "cryfs", "s3fs", "gcsfuse", "mergerfs", "bindfs"]);
const MAY_MOUNT = new Set(["rclone", "juicefs"]);
/** What a machine runs in, or for as long as. */
const MACHINES = new Set(["limactl", "tart", "lume"]);
const MACHINES_VERBS = new Set(["start", "run", "hostagent"]);

/**
 * Whether containers, machines or mounts are there for as long as it is, and nobody talks to them through it: `docker compose up`,
 * `docker run -p 5432:5432 postgres`, `docker attach`, which hands its own end on to what it looks at. What only looks at them,
 * builds or copies holds none.
 */
export function holdsRunning({ program, scriptName, args }: Command): boolean {
  if (MACHINES.has(program)) return verbIn(args, 0, MACHINES_VERBS) < args.length;
  if (MOUNTS.has(program)) return true;
  if (MAY_MOUNT.has(program)) return args.some((word) => word.endsWith("mount"));
  let at = 0;
  let isCompose = COMPOSE.has(scriptName ?? program);
  if (!isCompose) {
    if (!ENGINES.has(program)) return false;
    at = verbIn(args, 0, ENGINES_VERBS);
    if (args[at] === "container") at = verbIn(args, at + 1, ENGINES_VERBS);
    isCompose = args[at] === "compose";
    if (isCompose) at++;
  }
  if (isCompose) at = verbIn(args, at, COMPOSES_VERBS);
  // The engine starts its plugin with all of its own words.
  if (args[at] === "compose") at = verbIn(args, at + 1, COMPOSES_VERBS);
  const options = args.slice(at + 1);
  if (options.includes("--sig-proxy=false")) return false;
  switch (args[at]) {
    case "run":
      return isCompose || !isSpokenThrough(options.slice(0, afterOptions(options, 0, takes(ALONE))));
    case "start":
      return options.some((one) => one === "--attach" || hasLetter(one, "a"));
    default:
      return at < args.length;
  }
}

/**
 * Where one of these words stands that is no value of an option; behind all words where another does. Which options take one
 * is each engine's own: a word behind an option counts where it is one of these.
 */
function verbIn(args: readonly string[], from: number, verbs: ReadonlySet<string>): number {
  for (let at = from; at < args.length; at++) {
    const word = args[at] as string;
    if (word.startsWith("-")) continue;
    if (verbs.has(word)) return at;
    const before = at === from ? undefined : args[at - 1];
    if (before?.startsWith("-") !== true || before.includes("=")) break;
  }
  return args.length;
}

/** All that do not stand alone take a word. */
function takes(alone: RegExp): (option: string) => boolean {
  return (option) => !alone.test(option);
}

const TERMINAL = /^-[idqP]*t[itdqP]*$/;

function isSpokenThrough(options: readonly string[]): boolean {
  const isOpen = options.some((one) => one === "--interactive" || one === "--stdin" || hasLetter(one, "i"));
  return isOpen && !options.some((one) => one === "--tty" || TERMINAL.test(one));
}

/** Whether it is one of the short options that are written together: `-it`. */
function hasLetter(option: string, letter: string): boolean {
  return option.includes(letter) && /^-\w+$/.test(option);
}
