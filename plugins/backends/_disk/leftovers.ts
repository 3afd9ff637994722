/**
 * What lies on disk: entries of directories, with what is needed to judge them. Nothing is followed,
 * nothing blocks, and what matches no name costs no more than its name. How a platform is asked is its
 * own: see `Disk`.
 *
 * @module
 */
import type { Leftover, LeftoverDetail, LeftoverPlace, Limit } from "../../../src/contract.ts";

/** Longer files hold no pid, and no path (PATH_MAX). */
const CONTENT_BYTES = 8 * 1024;
/** Beyond so many entries in one look sizes stay unknown. */
const MOST_ENTRIES = 500_000;
/** More names than that are no layout that anybody knows. */
const MOST_NAMES = 1_000;
/** Nothing stands there, or not any more. */
const NOTHING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/** How a platform tells what lies somewhere. Nothing throws; undefined is "not there, or not told". */
export interface Disk {
  readonly separator: "/" | "\\";
  /** What stands at a path itself; a link is not followed. A text is the system's error (`ENOENT`: nothing does). */
  facts(path: string): Standing | string;
  /** What lies directly in a directory; a text is the system's error (`EACCES`). */
  names(path: string): readonly string[] | string;
  /** Where a link leads. */
  target(path: string): string | undefined;
  /** The text of a small regular file, never through a link. */
  text(path: string, mostBytes: number): string | undefined;
  /** Whether a lock file is locked; left out where it cannot be asked. */
  lock?(path: string): Leftover["lock"];
  /** TCP ports that somebody listens on. */
  ports?(): ReadonlySet<number> | undefined;
  /** Whether other machines may write to the file system of this directory. */
  isShared?(path: string): boolean;
}

/** What stands at a path. */
export interface Standing {
  readonly type: string;
  /** Left out where the platform's answer is made up. */
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
  readonly bytes: number;
  /** Epoch milliseconds, as `changedAt` is. */
  readonly modifiedAt: number;
  readonly changedAt: number;
  /** Both together name it while it exists, as stat(2) tells them. */
  readonly onDevice: number | bigint;
  readonly inode: bigint;
  /** Something is mounted on it; left out where that is not told. */
  readonly isMountRoot?: boolean;
}

/** What one look shares. */
interface Look {
  readonly disk: Disk;
  /** Entries that may still be summed up. */
  left: number;
  /** Asked for once, when the first needs them. */
  ports?: ReadonlySet<number> | "unknown";
  /** Directories that could not be looked into. */
  readonly refused: Map<string, string>;
}

/**
 * Entries that match, each once. A directory is walked once, however many places are in it.
 *
 * @param refused Takes the directories that could not be looked into, with the system's error.
 */
export function findLeftovers(
  disk: Disk,
  places: readonly LeftoverPlace[],
  refused: Map<string, string> = new Map(),
): Leftover[] {
  const look: Look = { disk, left: MOST_ENTRIES, refused };
  const found = new Map<string, Leftover>();
  for (const [base, here] of byBase(places)) {
    const direct = here.filter((place) => place.in === undefined);
    const deeper = here.filter((place) => place.in !== undefined);
    walk(look, base, direct, found, (name) => {
      const below = deeper.filter((place) => matches(place.in as RegExp, name));
      walk(look, joined(look.disk, base, name), below, found);
    }, anyOf(deeper.map((place) => place.in as RegExp)));
  }
  return [...found.values()];
}

function walk(
  look: Look,
  base: string,
  places: readonly LeftoverPlace[],
  found: Map<string, Leftover>,
  enter?: (name: string) => void,
  isWay?: RegExp,
): void {
  const { disk } = look;
  const facts = disk.facts(base);
  if (typeof facts === "string") return refuse(look, base, facts);
  // A base that is a link leads to somebody else's choice of place.
  if (facts.type !== "directory") return;
  const names = disk.names(base);
  if (typeof names === "string") return refuse(look, base, names);
  const isEntry = anyOf(places.map((place) => place.entry));
  for (const name of names) {
    if (isEntry?.test(name) === true) {
      const leftover = describe(look, base, facts, name, places, "whole");
      if (leftover !== undefined) found.set(leftover.path, leftover);
    }
    if (isWay?.test(name) === true) enter?.(name);
  }
}

/** Nothing is there, or it is not told what: that is a limit of the look. */
function refuse({ refused }: Look, directory: string, error: string): void {
  if (!NOTHING.has(error)) refused.set(directory, error);
}

/** One entry, read again; what lies below it is not summed up. */
export function readLeftover(disk: Disk, path: string, places: readonly LeftoverPlace[]): Leftover | undefined {
  const [base, name] = split(disk, path);
  const [above, way] = split(disk, base);
  const known = byBase(places);
  const here = [
    ...(known.get(base)?.filter((place) => place.in === undefined) ?? []),
    ...(known.get(above)?.filter((place) => place.in !== undefined && matches(place.in, way)) ?? []),
  ];
  const facts = here.length === 0 ? undefined : disk.facts(base);
  return typeof facts === "object" && facts.type === "directory"
    ? describe({ disk, left: 0, refused: new Map() }, base, facts, name, here, "itself")
    : undefined;
}

const sorted = new WeakMap<readonly LeftoverPlace[], ReadonlyMap<string, readonly LeftoverPlace[]>>();

/** Places by their directory; the same list is asked for thousands of entries. */
function byBase(places: readonly LeftoverPlace[]): ReadonlyMap<string, readonly LeftoverPlace[]> {
  const known = sorted.get(places);
  if (known !== undefined) return known;
  const found = new Map<string, LeftoverPlace[]>();
  for (const place of places) {
    const base = plain(place.base);
    const others = found.get(base);
    if (others === undefined) found.set(base, [place]);
    else others.push(place);
  }
  sorted.set(places, found);
  return found;
}

function split({ separator }: Disk, path: string): [base: string, name: string] {
  const cut = path.lastIndexOf(separator);
  return [path.slice(0, cut) || separator, path.slice(cut + 1)];
}

function joined({ separator }: Disk, base: string, name: string): string {
  return base.endsWith(separator) ? base + name : base + separator + name;
}

function plain(base: string): string {
  return base.replace(/(?<=.)[/\\]+$/, "");
}

/** One pattern in place of many: most names match none. */
function anyOf(patterns: readonly RegExp[]): RegExp | undefined {
  if (patterns.length === 0) return undefined;
  return new RegExp([...new Set(patterns.map((pattern) => `(?:${pattern.source})`))].join("|"));
}

/** A pattern with the flag `g` remembers where it matched last. */
function matches(pattern: RegExp, name: string): boolean {
  return name.search(pattern) !== -1;
}

type Growing = { -readonly [K in keyof Leftover]: Leftover[K] };

function describe(
  look: Look,
  base: string,
  around: Standing,
  name: string,
  places: readonly LeftoverPlace[],
  how: "whole" | "itself",
): Leftover | undefined {
  const { disk } = look;
  const path = joined(disk, base, name);
  const facts = disk.facts(path);
  if (typeof facts === "string") {
    refuse(look, base, facts);
    return undefined;
  }
  const fitting = places.filter((place) => place.kind === facts.type && matches(place.entry, name));
  const kind = fitting[0]?.kind;
  if (kind === undefined) return undefined;
  const { uid, gid, mode } = around;
  const leftover: Growing = {
    path,
    kind,
    ...(facts.uid === undefined ? {} : { uid: facts.uid }),
    ...(facts.gid === undefined ? {} : { gid: facts.gid }),
    ...(facts.mode === undefined ? {} : { mode: facts.mode }),
    ...(uid === undefined || gid === undefined || mode === undefined ? {} : { base: { uid, gid, mode } }),
    identity: `${facts.onDevice}:${facts.inode}`,
    modifiedAt: facts.modifiedAt,
  };
  if (kind === "directory") {
    if (how === "whole") sumUp(look, path, facts, leftover);
  } else {
    leftover.changedAt = facts.changedAt;
    if (facts.isMountRoot === true) leftover.mounted = true;
    if (kind === "file") leftover.bytes = facts.bytes;
    const target = kind === "symlink" ? disk.target(path) : undefined;
    if (target !== undefined) leftover.target = target;
  }
  if (disk.isShared?.(base) === true) leftover.shared = true;
  for (const detail of fitting.flatMap((place) => place.reads ?? [])) read(look, detail, name, leftover);
  return leftover;
}

function read(look: Look, detail: LeftoverDetail, name: string, leftover: Growing): void {
  const { disk } = look;
  const { path, kind } = leftover;
  if (detail === "names") {
    const names = disk.names(path);
    if (typeof names !== "string" && names.length <= MOST_NAMES) leftover.names = names.toSorted();
  } else if (detail === "lock") {
    const lock = disk.lock?.(kind === "directory" ? joined(disk, path, ".lock") : path);
    if (lock !== undefined) leftover.lock = lock;
  } else if (detail === "port") {
    look.ports ??= disk.ports?.() ?? "unknown";
    const port = /^\d+/.exec(name)?.[0];
    if (port === undefined || look.ports === "unknown") return;
    leftover.port = look.ports.has(Number(port)) ? "open" : "closed";
  } else if (detail.text === "itself") {
    const text = textOf(disk, path, detail.fields);
    if (text !== undefined) leftover.content = text;
  } else {
    const { file } = detail.text;
    const text = textOf(disk, joined(disk, path, file), detail.fields);
    if (text !== undefined) leftover.inside = { ...leftover.inside, [file]: text };
  }
}

/** Beside what a judge reads there may be secrets. */
function textOf(disk: Disk, path: string, fields: readonly string[] | undefined): string | undefined {
  const text = disk.text(path, CONTENT_BYTES);
  if (text === undefined || fields === undefined) return text;
  try {
    const whole = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(Object.fromEntries(fields.map((field) => [field, whole[field]])));
  } catch {
    return undefined;
  }
}

/** Sizes of the regular files below, the latest change, and whether something is mounted there. */
function sumUp(look: Look, top: string, facts: Standing, leftover: Growing): void {
  const { disk } = look;
  let bytes = 0;
  let { changedAt } = facts;
  let isWhole = true;
  let isMounted = facts.isMountRoot === true;
  const waiting = [top];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const names = disk.names(at);
    if (typeof names === "string" || (look.left -= names.length) < 0) {
      isWhole = false;
      break;
    }
    for (const name of names) {
      const path = joined(disk, at, name);
      const entry = disk.facts(path);
      if (typeof entry === "string") {
        // What is not told may be another file system, or written to just now.
        if (!NOTHING.has(entry)) isWhole = false;
        continue;
      }
      if (entry.isMountRoot === true || entry.onDevice !== facts.onDevice) {
        isMounted = true;
        continue;
      }
      if (entry.changedAt > changedAt) changedAt = entry.changedAt;
      if (entry.type === "directory") waiting.push(path);
      else if (entry.type === "file") bytes += entry.bytes;
    }
  }
  if (isMounted) leftover.mounted = true;
  if (!isWhole) return;
  leftover.bytes = bytes;
  leftover.changedAt = changedAt;
}

/** With one answer for more of them it is the system that does not tell, and no directory. */
const MOST_NAMED = 3;

/** What a look could not see on disk, in one line for each directory; where there are many, one for each answer. */
export function limitsOf(refused: ReadonlyMap<string, string>): Limit[] {
  const byError = new Map<string, string[]>();
  for (const [path, error] of refused) byError.set(error, [...byError.get(error) ?? [], path]);
  return [...byError].flatMap(([error, paths]) => {
    const [first] = paths;
    const names = paths.length > MOST_NAMED ? [`${paths.length} directories, ${first} among them`] : paths;
    return names.map((name) => ({ what: `what dead agents left in ${name}`, because: `the system answers ${error}` }));
  });
}
