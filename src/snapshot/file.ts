/**
 * Snapshots as text (docs/snapshot-format.md). Whatever the bytes, reading gives a valid snapshot or
 * a ParseError that names the place. Keys that this version does not know are passed over, so that
 * it can judge files of later ones; they are not written again, because nobody here could redact them.
 *
 * @module
 */
import { ParseError } from "../errors.ts";
import {
  type Check,
  flag,
  integer,
  list,
  nonEmpty,
  orNull,
  quantity,
  record,
  shape,
  shown,
  text,
  that,
  unique,
  word,
} from "./checks.ts";
import { kinOf } from "../kin.ts";
import { byPid } from "../process.ts";
import type { Process } from "../process.ts";
import { type Snapshot, SNAPSHOT_FORMAT } from "../snapshot.ts";

const count = integer(0);
const pid = integer(0, 0xffff_ffff);
const owner = that("a number or a user name", (value) => count(value) === undefined || nonEmpty(value) === undefined);
const port = that("a port or a socket path", (value) => count(value) === undefined || nonEmpty(value) === undefined);
const letter = that("one letter", (value) => typeof value === "string" && value.length === 1);
const utcTime = that("an ISO 8601 time in UTC, such as 2026-08-11T09:00:00.000Z", isUtcTime);

const STDIO: Readonly<Record<string, Check>> = {
  fd: integer(0, 2),
  kind: word("pipe", "socket", "tty", "file", "null", "other"),
  peer: word("live", "gone"),
  path: text,
  deleted: flag,
  holders: list(pid),
  unseen: flag,
};

/** In the order in which they are written. */
const PROCESS: Readonly<Record<string, Check>> = {
  pid,
  ppid: pid,
  name: text,
  argv: orNull(list(text)),
  exe: orNull(nonEmpty),
  exeDeleted: flag,
  uid: owner,
  startedAt: integer(),
  startToken: nonEmpty, // an empty one would equal every other empty one
  state: letter,
  pgid: count,
  sid: count,
  tpgid: integer(-1),
  tty: orNull(nonEmpty),
  rss: count,
  cpuSeconds: quantity,
  cwd: nonEmpty,
  cwdDeleted: flag,
  env: record(text),
  cgroup: nonEmpty,
  pidNamespace: nonEmpty,
  ignoresHangup: flag,
  tracer: orNull(pid),
  stdio: unique("fd", shape(["fd", "kind"], STDIO)),
  consoleShown: flag,
  supervisor: orNull(nonEmpty),
  listening: list(port),
  clients: list(pid),
  devices: list(nonEmpty),
  display: orNull(nonEmpty),
  threads: count,
  nsPids: list(pid),
  unread: record(text),
};

const eachProcess = list(shape(["pid", "ppid"], PROCESS));
const eachPidOnce = unique("pid", () => undefined);

/** Who judges needs to know who has which number: as that is found out, it shows whether two have one. */
const processes: Check = (value) => {
  const fault = eachProcess(value);
  if (fault !== undefined) return fault;
  const all = value as readonly Process[];
  return kinOf(all).byPid.size === all.length ? undefined : eachPidOnce(all);
};

const HOST: Readonly<Record<string, Check>> = {
  platform: word("linux", "darwin", "win32"),
  hostname: text,
  bootId: nonEmpty,
  pidNamespace: nonEmpty,
  utcOffsetMinutes: integer(-1440, 1440),
  container: flag,
  wsl: flag,
  ownFiles: flag,
};

const VIEWER: Readonly<Record<string, Check>> = { pid, uid: owner, home: text, elevated: flag };

const OWNERSHIP: Readonly<Record<string, Check>> = { uid: count, gid: count, mode: count };

const LEFTOVER: Readonly<Record<string, Check>> = {
  path: nonEmpty,
  kind: word("file", "directory", "symlink"),
  uid: count,
  gid: count,
  mode: count,
  base: shape(["uid", "gid", "mode"], OWNERSHIP),
  identity: nonEmpty,
  modifiedAt: integer(),
  changedAt: integer(),
  bytes: count,
  lock: word("taken", "free"),
  port: word("open", "closed"),
  content: text,
  inside: record(text),
  names: list(text),
  target: text,
  mounted: flag,
  shared: flag,
};

const ASKED_TREE: Readonly<Record<string, Check>> = { root: pid, matcher: nonEmpty, family: nonEmpty };

const SIGHTING: Readonly<Record<string, Check>> = {
  pid,
  startToken: nonEmpty,
  firstSeenAt: integer(),
  askedWith: shape(["root", "matcher", "family"], ASKED_TREE),
};

const ORIGINATOR: Readonly<Record<string, Check>> = { tool: text, pid, startToken: nonEmpty };

const REGISTERED: Readonly<Record<string, Check>> = {
  pid,
  startToken: nonEmpty,
  bootId: nonEmpty,
  pidNamespace: nonEmpty,
  ppid: pid,
  kind: text,
  command: list(text),
  cwd: nonEmpty,
  originator: shape(["tool", "pid"], ORIGINATOR),
  session: nonEmpty,
  containment: word("contained", "detached"),
  registeredAt: integer(),
};

const check: Check = shape(["format", "capturedAt", "host", "viewer", "processes"], {
  capturedAt: utcTime,
  host: shape(["platform", "hostname", "bootId"], HOST),
  viewer: shape(["pid", "uid", "home", "elevated"], VIEWER),
  processes,
  files: record(text),
  absentFiles: list(text),
  unreadFiles: list(text),
  leftovers: unique("path", shape(["path", "kind"], LEFTOVER)),
  partial: flag,
  absent: list(pid),
  sightings: list(shape(["pid", "startToken", "firstSeenAt"], SIGHTING)),
  registered: list(
    shape(["pid", "startToken", "bootId", "kind", "originator", "containment", "registeredAt"], REGISTERED),
  ),
  activeSessions: list(nonEmpty),
});

/**
 * Reads a snapshot from the text of a file; `name` is what errors call the file.
 *
 * @throws {ParseError} when the text is no valid snapshot.
 */
export function parseSnapshot(source: string, name: string): Snapshot {
  const value = parseJson(source, name);
  // First of all: another version may differ in everything else.
  const format = typeof value === "object" && value !== null ? (value as { format?: unknown }).format : undefined;
  if (format !== SNAPSHOT_FORMAT) {
    const found = format === undefined ? "none" : shown(format);
    throw new ParseError(`${name}: format: expected "${SNAPSHOT_FORMAT}", found ${found}${formatRemedy(format)}`);
  }
  const fault = check(value);
  if (fault !== undefined) {
    throw new ParseError(`${name}: ${fault.at.slice(1)}: expected ${fault.expected}, found ${fault.found}`);
  }
  return value as Snapshot;
}

/**
 * Writes a snapshot: one process a line, sorted by pid, known keys in a fixed order, so that two
 * looks at one machine differ in the lines of what has changed.
 */
export function formatSnapshot(snapshot: Snapshot): string {
  const parts = [
    `"format": ${JSON.stringify(snapshot.format)}`,
    `"capturedAt": ${JSON.stringify(snapshot.capturedAt)}`,
    `"host": ${line(snapshot.host, HOST)}`,
    `"viewer": ${line(snapshot.viewer, VIEWER)}`,
  ];
  if (snapshot.partial !== undefined) parts.push(`"partial": ${snapshot.partial}`);
  if (snapshot.absent !== undefined) parts.push(`"absent": ${JSON.stringify(snapshot.absent)}`);
  const sorted = snapshot.processes.toSorted(byPid);
  parts.push(`"processes": ${block("[", sorted.map((one) => line(one, PROCESS)), "]")}`);
  if (snapshot.files !== undefined) {
    const files = Object.keys(snapshot.files).toSorted();
    const entries = files.map((path) => `${JSON.stringify(path)}: ${JSON.stringify(snapshot.files?.[path])}`);
    parts.push(`"files": ${block("{", entries, "}")}`);
  }
  for (const field of ["absentFiles", "unreadFiles"] as const) {
    const paths = snapshot[field]?.toSorted().map((path) => JSON.stringify(path));
    if (paths !== undefined) parts.push(`"${field}": ${block("[", paths, "]")}`);
  }
  if (snapshot.leftovers !== undefined) {
    const leftovers = snapshot.leftovers.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    parts.push(`"leftovers": ${block("[", leftovers.map((one) => line(one, LEFTOVER)), "]")}`);
  }
  if (snapshot.sightings !== undefined) {
    const sightings = snapshot.sightings.toSorted((a, b) => a.pid - b.pid || a.firstSeenAt - b.firstSeenAt);
    parts.push(`"sightings": ${block("[", sightings.map((one) => line(one, SIGHTING)), "]")}`);
  }
  if (snapshot.registered !== undefined) {
    const registered = snapshot.registered.toSorted((a, b) => a.pid - b.pid || a.registeredAt - b.registeredAt);
    parts.push(`"registered": ${block("[", registered.map((one) => line(one, REGISTERED)), "]")}`);
  }
  if (snapshot.activeSessions !== undefined) {
    parts.push(`"activeSessions": ${JSON.stringify(snapshot.activeSessions)}`);
  }
  return `{\n  ${parts.join(",\n  ")}\n}\n`;
}

function block(open: string, entries: readonly string[], close: string): string {
  return entries.length === 0 ? `${open}${close}` : `${open}\n    ${entries.join(",\n    ")}\n  ${close}`;
}

/** The known keys of an object in their order; JSON leaves out those that are undefined. */
function line(value: object, fields: Readonly<Record<string, Check>>): string {
  return JSON.stringify(known(value, fields));
}

function known(value: object, fields: Readonly<Record<string, Check>>): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const one = (value as Record<string, unknown>)[key];
    if (one === undefined) continue;
    if (key === "stdio") picked[key] = (one as object[]).map((end) => known(end, STDIO));
    else if (key === "originator") picked[key] = known(one as object, ORIGINATOR);
    else picked[key] = key === "base" ? known(one as object, OWNERSHIP) : one;
  }
  return picked;
}

function isUtcTime(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value));
}

function formatRemedy(format: unknown): string {
  const ofOurs = typeof format === "string" && format.startsWith("agent-reaper/snapshot@");
  return ofOurs ? "; another version wrote it: judge it with that one" : "; `agent-reaper snapshot` writes such files";
}

function parseJson(source: string, file: string): unknown {
  const json = source.startsWith("\ufeff") ? source.slice(1) : source;
  if (json.trim() === "") {
    throw new ParseError(`${file}: the file is empty; \`agent-reaper snapshot\` writes a new one`);
  }
  try {
    return JSON.parse(json);
  } catch (error) {
    // PowerShell's > writes UTF-16, which read as UTF-8 has a NUL beside every letter.
    if (json.slice(0, 100).includes("\0")) {
      throw new ParseError(`${file}: not UTF-8; in PowerShell write it with \`| Out-File -Encoding utf8 FILE\``);
    }
    const damaged = firstDamagedLine(json);
    const place = damaged === undefined ? "" : `line ${damaged}: `;
    const why = error instanceof Error ? error.message : "it cannot be read";
    throw new ParseError(`${file}: ${place}not JSON (${why}); take the snapshot again, or mend that place`);
  }
}

/** The JSON reader of the runtime tells no line; but our files hold one process a line. */
function firstDamagedLine(json: string): number | undefined {
  const lines = json.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const one = (lines[at] as string).trim();
    if (!one.startsWith('{"')) continue;
    try {
      JSON.parse(one.endsWith(",") ? one.slice(0, -1) : one);
    } catch {
      return at + 1;
    }
  }
  return undefined;
}
