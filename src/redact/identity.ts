/**
 * Takes out of a snapshot whose machine it was, for one that is attached to a public report: names of
 * users where they stand in paths of home directories, the host's name, and what people wrote to their
 * agents. Names of programs, of directories below the home, and session ids stay: verdicts rest on them.
 *
 * @module
 */
import type { Process } from "../process.ts";
import type { Entry } from "../registry/entry.ts";
import type { Leftover, Snapshot } from "../snapshot.ts";

/** Where home directories lie as a rule. */
const HOMES = /(\/home\/|\/Users\/)([^/\\\s"':;,]+)/g;

/** On Windows, where names have blanks in them. */
const WINDOWS_HOMES = /([A-Za-z]:\\{1,2}Users\\{1,2})([^/\\\s"':;,]+(?:(?: [^-/\\\s"':;,][^/\\\s"':;,]*)+(?=\\))?)/g;

/** How Claude writes such a path as the name of one directory: whatever is no letter and no digit is a dash. */
const DASHED_HOMES = /((?<![A-Za-z0-9])-(?:home|Users)-)([^/\\\s"':;,]+)/g;

/** Where programs lie, and homes of services: no person's. */
const OF_THE_SYSTEM =
  /^\/(?:bin|dev|etc|lib|nix|nonexistent|opt|private|proc|root|run|sbin|snap|srv|tmp|usr|var)(?:\/|$)/;

/** An address of a person's; not a version of a package, nor a unit's path. */
const MAIL = /(?<![\w.+/\\:@-])[\w.+-]{1,64}@[a-z](?:[\w-]{0,62}\.){1,8}[a-z]{2,24}(?![\w-])/gi;

/** Belong to nobody in particular. */
const COMMON: ReadonlySet<string> = new Set(["root", "Shared", "Public", "Default", "linuxbrew"]);

/** Flags whose value is what somebody wrote. */
const PROSE_FLAGS = /^(?:-p|--print|--prompt|-i|--prompt-interactive|--(?:append-)?system-prompt|--message|-m)$/;

/** Without the people. The same name becomes the same stand-in everywhere, so equal paths stay equal. */
export function withoutPeople(snapshot: Snapshot): Snapshot {
  const { hostname } = snapshot.host;
  const { rename, owner } = new StandIns(snapshot);
  const { processes, registered, ...rest } = snapshot;
  const renamed = everyText(rest, rename) as Omit<Snapshot, "processes" | "registered">;
  const typed = (argv: readonly string[]): string[] =>
    withoutProse(argv).map((element) => withoutHost(element, hostname).replace(MAIL, "[address]"));
  return {
    ...renamed,
    host: { ...renamed.host, hostname: "host" },
    ...(renamed.files === undefined ? {} : {
      files: Object.fromEntries(Object.entries(renamed.files).map(([path, file]) => [path, withoutWriting(file)])),
    }),
    ...(renamed.leftovers === undefined ? {} : {
      leftovers: renamed.leftovers.map((leftover) => withoutHostInTarget(leftover, hostname)),
    }),
    viewer: { ...renamed.viewer, uid: owner(snapshot.viewer.uid) },
    ...(registered === undefined ? {} : {
      registered: registered.map((entry) => {
        const one = everyText(entry, rename) as Entry;
        return { ...one, ...(one.command === undefined ? {} : { command: typed(one.command) }) };
      }),
    }),
    processes: processes.map((process) => {
      const one = everyText(process, rename) as Process;
      return {
        ...one,
        ...(process.uid === undefined ? {} : { uid: owner(process.uid) }),
        ...(one.argv === undefined || one.argv === null ? {} : { argv: typed(one.argv) }),
      };
    }),
  };
}

/** Who stands in for whom. */
class StandIns {
  readonly #known = new Map<string, string>();
  readonly #elsewhere: readonly RegExp[];

  /** The viewer first: it is user1 in every snapshot. */
  constructor({ viewer, processes }: Snapshot) {
    if (typeof viewer.uid === "string") this.owner(viewer.uid);
    const homes = new Set([viewer.home, ...processes.flatMap(({ env }) => env?.["HOME"] ?? [])]);
    this.#elsewhere = [...homes].filter(isElsewhere).flatMap(namesOf);
    this.rename(viewer.home);
  }

  /** A text in which paths may lead through somebody's home. */
  readonly rename = (text: string): string => {
    const whose = (all: string, before: string, name: string): string =>
      COMMON.has(name) ? all : before + this.#of(name);
    const usual = this.#elsewhere.reduce((renamed, home) => renamed.replace(home, whose), text);
    return usual
      .replace(HOMES, whose)
      .replace(WINDOWS_HOMES, whose)
      .replace(DASHED_HOMES, (all, before: string, rest: string) => {
        const known = [...this.#known.keys()].filter((name) => `${rest}-`.startsWith(`${dashed(name)}-`));
        const name = known.toSorted((one, other) => other.length - one.length)[0] ?? rest.replace(/-.*/, "");
        return COMMON.has(name) ? all : before + this.#of(name) + rest.slice(name.length);
      });
  };

  /** On Windows people are told apart by name; case means nothing there. */
  readonly owner = (uid: number | string): number | string =>
    typeof uid === "string" ? this.#of(uid.toLowerCase()) : uid;

  #of(name: string): string {
    let found = this.#known.get(name);
    if (found === undefined) this.#known.set(name, found = `user${this.#known.size + 1}`);
    return found;
  }
}

/** Whether a home lies where only its owner's word tells that it is one: `/nfs/homes/lea`, `/u/lea`. */
function isElsewhere(home: string): boolean {
  return /^\/[^/]+\/.*[^/]$/.test(home) && !OF_THE_SYSTEM.test(home) && home.search(HOMES) < 0;
}

/** Where a home's name stands: in its path, and in what Claude makes of that. */
function namesOf(home: string): RegExp[] {
  const at = home.lastIndexOf("/") + 1;
  const [parent, name] = [home.slice(0, at), home.slice(at)];
  return [
    new RegExp(`(${literal(parent)})(${literal(name)})(?![\\w.-])`, "g"),
    new RegExp(`(?<![A-Za-z0-9])(${dashed(parent)})(${dashed(name)})(?![A-Za-z0-9])`, "g"),
  ];
}

function literal(text: string): string {
  return text.replace(/[^\w-]/g, "\\$&");
}

/** Locks of browsers lead to the name of the machine and a pid. */
function withoutHostInTarget(leftover: Leftover, hostname: string): Leftover {
  const { target } = leftover;
  if (target?.startsWith(`${hostname}-`) !== true) return leftover;
  return { ...leftover, target: `host${target.slice(hostname.length)}` };
}

/** What somebody wrote to an agent, counted instead of quoted. */
function withoutProse(argv: readonly string[]): string[] {
  return argv.map((element, at) => {
    if (!/\s/.test(element)) return element;
    const equals = element.startsWith("--") ? element.indexOf("=") : -1;
    if (equals > 0 && PROSE_FLAGS.test(element.slice(0, equals))) {
      return `${element.slice(0, equals)}=[text of ${element.length - equals - 1} characters]`;
    }
    const isProse = at > 0 && PROSE_FLAGS.test(argv[at - 1] as string);
    return isProse ? `[text of ${element.length} characters]` : element;
  });
}

/** A text in JSON, or the name of a field. What nothing closes goes on to the end: a file may be damaged, and stays so. */
const JSON_TEXT = /"((?:[^"\\]|\\.)*)(?:(")(\s*:)?|\\?$)/g;
/** They have blanks too, and who is meant is told by them. */
const TIME_OR_PATH = /\d:\d\d|^(?:~?\/|[A-Za-z]:\\)/;

/** A vendor's file without what a person said in it. */
function withoutWriting(file: string): string {
  return file.replace(JSON_TEXT, (all, text: string, close: string | undefined, isName: string | undefined) => {
    const isProse = isName === undefined && /\s/.test(text) && !TIME_OR_PATH.test(text);
    return isProse ? `"[text of ${text.length} characters]${close ?? ""}` : all;
  }).replace(MAIL, "[address]");
}

/** In addresses: elsewhere its name may be that of a program, and verdicts rest on those. */
function withoutHost(text: string, hostname: string): string {
  if (hostname === "" || hostname === "localhost" || !text.includes(hostname)) return text;
  return text.replace(new RegExp(`(?<=[\\w\\]]@|//)${literal(hostname)}(?![\\w-])`, "g"), "host");
}

function dashed(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "-");
}

/** Every string in it, names of fields too: files are kept by their paths. */
function everyText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => everyText(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [change(key), everyText(field, change)]));
}
