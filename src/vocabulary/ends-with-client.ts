/**
 * What ends with a program that is only a client of it: containers, machines, mounts. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";
import { type Command, commandOf } from "./command.ts";
import { ENGINES, hasLetter, isSpokenThrough, optionsOfRun } from "./container-run.ts";

/** Compose by its own name, or as a word of an engine's; the first in Python, under its script's. */
const COMPOSE = new Set(["docker-compose", "podman-compose"]);
/** What an engine is asked for where it holds containers, and in front of what else that stands. */
const ENGINES_VERBS = new Set(["run", "attach", "start", "container", "compose"]);
const COMPOSES_VERBS = new Set(["up", "watch", "run", "attach", "compose"]);
/** With a mount goes what is read and written through it. */
const MOUNTS = new Set([
  ...["sshfs", "gocryptfs", "encfs", "cryfs", "s3fs", "gcsfuse", "mergerfs", "bindfs", "goofys", "geesefs", "mount-s3"],
  ...["ceph-fuse", "ntfs-3g", "curlftpfs", "ifuse", "squashfuse", "archivemount", "ratarmount", "securefs", "jmtpfs"],
]);
const MAY_MOUNT = new Set(["rclone", "juicefs", "restic", "borg", "kopia", "weed", "blobfuse2"]);
/** What a machine runs in, or for as long as. */
const MACHINES = new Set(["limactl", "tart", "lume"]);
const MACHINES_VERBS = new Set(["start", "run", "hostagent"]);

/** Clients of what runs elsewhere; whom that serves nobody knows. Podman runs its containers itself (kept.ts). */
const CLIENTS = new Set([...[...ENGINES].filter((engine) => engine !== "podman"), ...COMPOSE, "limactl"]);
/** What such programs' short names begin with, or are: `containerd` and `lumen` are others. What Python runs may be compose. */
const WHOLE_NAMES = new Set(["container", "tart", "lume"]);
const BEGINNINGS = [...ENGINES, ...MACHINES, ...MOUNTS, ...MAY_MOUNT, "python"].filter((name) =>
  !WHOLE_NAMES.has(name)
);

/** By the short name alone, which is read of everybody; who has none may be anybody. */
export function mayHold({ name }: Process): boolean {
  if (name === undefined) return true;
  const small = name.toLowerCase();
  return WHOLE_NAMES.has(small) || BEGINNINGS.some((beginning) => small.startsWith(beginning));
}

/** Whether containers or machines end with it that it is only a client of. Some clients are scripts. */
export function holdsElsewhere(process: Process): boolean {
  const { program = process.name ?? "", scriptName = "" } = commandOf(process) ?? {};
  return CLIENTS.has(program) || CLIENTS.has(scriptName);
}

/**
 * Whether containers, machines or mounts are there for as long as it is, and nobody talks to them through it: `docker compose up`,
 * `docker run -p 5432:5432 postgres`, `docker attach`, which hands its own end on to what it looks at. What only looks at them,
 * builds or copies holds none.
 */
export function holdsRunning({ program, scriptName, args }: Command): boolean {
  if (MACHINES.has(program)) return verbIn(args, 0, MACHINES_VERBS) < args.length;
  const called = scriptName ?? program;
  if (MOUNTS.has(called)) return true;
  if (MAY_MOUNT.has(called)) return args.some((word) => word.endsWith("mount"));
  let at = 0;
  let isCompose = COMPOSE.has(called);
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
      return isCompose || !isSpokenThrough(optionsOfRun(options));
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
