import { baseName, byPid, hasEnded } from "../../src/process.ts";
import { isCalledClaude } from "../../src/vocabulary/claude-names.ts";
import { isUntold, textOf } from "../../src/vocabulary/inside-files.ts";
import { isBeyond, numbersOf } from "../../src/vocabulary/namespaces.ts";
import {
  asRecord,
  claudeHomes,
  codexHomes,
  HOME_VARIABLES,
  homeInDoubt,
  homesAreTold,
  isSameStart,
  readRecord,
  readSession,
  type Recorded,
  sessionFile,
} from "../../src/vocabulary/owner.ts";
import { perTable } from "../../src/vocabulary/per-table.ts";
import type { Guard, Objection, Process, Table } from "../../src/contract.ts";

const ROSTER = "roster.json";
/** The last two since Codex 0.169 at the latest, whose terminal interface starts such a server by itself. */
const CODEX_FILES = ["app-server.pid", "app-server-updater.pid", "daemon.pid", "daemon-updater.pid"];
/** How a daemon starts a worker: with the session that it is to go on with. */
const SESSION = /^--(?:resume|session-id)(?:=|$)/;

/**
 * What the vendors themselves note as kept running: Claude's roster of background workers and its
 * session files of kind background, Codex's pid files. An interactive session's file is written by
 * the session itself: it tells who it is, not that anyone is there.
 */
const vendorRegistry: Guard = {
  name: "vendor-registry",
  summary: "background workers that Claude Code or Codex has on its own list",
  asks: "every member",
  needs: ["environment"],
  variables: HOME_VARIABLES,
  files(process, table) {
    return [
      ...claudeHomes(process, table).flatMap((home) => [
        join(table, home, "daemon", ROSTER),
        ...numbersOf(process, table).map((pid) => sessionFile(home, pid, table)),
      ]),
      ...codexHomes(process, table).flatMap((home) => CODEX_FILES.map((name) => codexFile(home, name, table))),
    ];
  },
  object(process, { table, root, claim }) {
    const mayBeWorker = process === root && claim.family === "claude" && claim.role === "agent" &&
      isGivenSession(process);
    const elsewhere = byHomeInDoubt(process, mayBeWorker, table) ??
      (mayBeWorker ? byUnreadRoster(process, table) : undefined);
    // Most often no vendor has left any such file.
    const { files, unreadFiles } = table.snapshot;
    if (files === undefined && unreadFiles === undefined && !isBeyond(process, table)) return elsewhere;
    return byRoster(process, table) ?? bySession(process, table) ?? byPidFile(process, table) ??
      untold(process, table) ?? unread(process, table) ?? damaged(process, table) ?? elsewhere;
  },
};

function byRoster(process: Process, table: Table): Objection | undefined {
  for (const home of claudeHomes(process, table)) {
    const text = textOf(process, join(table, home, "daemon", ROSTER), table);
    if (text === undefined) continue;
    const roster = readRoster(text);
    if (roster === undefined) {
      return { stands: "unsure", because: "Claude's roster of background workers cannot be read" };
    }
    const isIt = (pid: unknown) => numbersOf(process, table).some((number) => number === pid);
    if (isIt(roster.supervisorPid)) return { stands: "spare", because: "it is the supervisor in Claude's roster" };
    const listed = Object.values(roster.workers).map(asRecord).find((worker) => isIt(worker?.pid));
    if (listed === undefined) continue;
    if (mayBe(listed, process, table)) {
      return { stands: "spare", because: "Claude's roster lists it as a background worker" };
    }
  }
  return undefined;
}

/**
 * Background workers outlive a restart of their daemon, and are on its list. Where environments are not told it may lie
 * below any directory: that of a daemon that lives was read if one of those that were read says so.
 */
function byUnreadRoster(process: Process, table: Table): Objection | undefined {
  if (process.env !== undefined || isBeyond(process, table)) return undefined;
  const unlisted = daemonsOf(table).find((daemon) =>
    (daemon.uid === undefined || daemon.uid === process.uid) && !hasRoster(daemon, process, table)
  );
  return unlisted === undefined ? undefined : {
    stands: "unsure",
    because: `Claude's daemon (pid ${unlisted.pid}) may keep it running: whom that lists is unknown`,
  };
}

function isGivenSession({ argv }: Process): boolean {
  return argv?.some((argument) => SESSION.test(argument)) === true;
}

/** It was told by a path that is not whole where its vendor keeps lists: nobody knows in which directory that began. */
function byHomeInDoubt(process: Process, mayBeWorker: boolean, table: Table): Objection | undefined {
  if (isBeyond(process, table)) return undefined;
  const isCodex = process.argv?.includes("app-server") === true;
  const variable = (mayBeWorker ? homeInDoubt(process, "CLAUDE_CONFIG_DIR", table) : undefined) ??
    (isCodex ? homeInDoubt(process, "CODEX_HOME", table) : undefined);
  return variable === undefined ? undefined : {
    stands: "unsure",
    because: `whether its vendor keeps it running cannot be told: ${variable} is no whole path`,
  };
}

/** Older versions note no supervisor. */
function hasRoster(daemon: Process, process: Process, table: Table): boolean {
  return claudeHomes(process, table).some((home) => {
    const text = textOf(process, join(table, home, "daemon", ROSTER), table);
    const roster = text === undefined ? undefined : readRoster(text);
    return roster !== undefined && (roster.supervisorPid === undefined || roster.supervisorPid === daemon.pid);
  });
}

const daemonsOf = perTable((table): readonly Process[] => table.processes.filter(isDaemon).sort(byPid));

/** One whose words could not be read may be such a daemon by its name, or without one. */
function isDaemon(process: Process): boolean {
  const { argv, name } = process;
  if (argv === undefined) return (name === undefined || isCalledClaude(name)) && !hasEnded(process);
  return argv?.[1] === "daemon" && argv[2] === "run" && isCalledClaude(baseName(argv[0] as string));
}

function bySession(process: Process, table: Table): Objection | undefined {
  for (const pid of numbersOf(process, table)) {
    const session = readSession(process, table, pid);
    if (session === undefined || session.kind === undefined || session.kind === "interactive") continue;
    if (!mayBe(session, process, table)) continue;
    return { stands: "spare", because: `Claude's session file notes it as ${session.kind}` };
  }
  return undefined;
}

function byPidFile(process: Process, table: Table): Objection | undefined {
  for (const home of codexHomes(process, table)) {
    for (const name of CODEX_FILES) {
      const text = textOf(process, codexFile(home, name, table), table);
      const record = text === undefined ? undefined : readRecord(text);
      if (record === undefined || !numbersOf(process, table).includes(record.pid)) continue;
      if (!mayBe(record, process, table)) continue;
      return { stands: "spare", because: `Codex's ${name} names it` };
    }
  }
  return undefined;
}

/** A start that was noted beyond a border may be counted by another clock (time_namespaces(7)): the number is enough. */
function mayBe(record: Recorded, process: Process, table: Table): boolean {
  return isBeyond(process, table) || isSameStart(record, process, table) !== false;
}

/** Beyond a border: what was not read may list it. */
function untold(process: Process, table: Table): Objection | undefined {
  if (!isBeyond(process, table)) return undefined;
  if (!homesAreTold(process)) {
    return { stands: "unsure", because: "where its user has a home in there is unknown" };
  }
  const path = vendorRegistry.files?.(process, table).find((path) =>
    isUntold(process, path, table) || isGarbled(textOf(process, path, table), path)
  );
  return path === undefined ? undefined : {
    stands: "unsure",
    because: `whether its vendor keeps it running cannot be told: ${path} could not be read in there`,
  };
}

/** The system fails to show what may list it. */
function unread(process: Process, table: Table): Objection | undefined {
  if (table.snapshot.unreadFiles === undefined) return undefined;
  const path = vendorRegistry.files?.(process, table).find((path) =>
    isUntold(process, path, table) && (path.endsWith(".json") || mayBeCodexDaemon(process))
  );
  return path === undefined
    ? undefined
    : { stands: "unsure", because: `whether its vendor keeps it running cannot be told: ${path} could not be read` };
}

/** All daemons of Codex are called so. */
function mayBeCodexDaemon({ argv }: Process): boolean {
  return argv?.includes("app-server") !== false;
}

/** There is a session file of its own number, or a note of Codex's daemons, and what it said is lost. */
function damaged(process: Process, table: Table): Objection | undefined {
  const isLost = (path: string) => isGarbled(textOf(process, path, table), path);
  if (claudeHomes(process, table).some((home) => isLost(sessionFile(home, process.pid, table)))) {
    return { stands: "unsure", because: "Claude's session file of its pid cannot be read" };
  }
  if (!mayBeCodexDaemon(process)) return undefined;
  const lost =
    codexHomes(process, table).flatMap((home) => CODEX_FILES.filter((name) => isLost(codexFile(home, name, table))))[0];
  return lost === undefined ? undefined : { stands: "unsure", because: `Codex's ${lost} cannot be read` };
}

/** Half written, or of a form that is not ours to know: it may say of anybody that he is kept. */
function isGarbled(text: string | undefined, path: string): boolean {
  if (text === undefined) return false;
  return (path.endsWith(ROSTER) ? readRoster(text) : readRecord(text)) === undefined;
}

interface Roster {
  readonly supervisorPid?: unknown;
  readonly workers: Readonly<Record<string, unknown>>;
}

function readRoster(text: string): Roster | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const workers: unknown = (value as Partial<Roster> | null)?.workers;
  return typeof workers === "object" && workers !== null ? value as Roster : undefined;
}

function codexFile(home: string, name: string, table: Table): string {
  return join(table, home, "app-server-daemon", name);
}

function join(table: Table, ...parts: string[]): string {
  return parts.join(table.host.platform === "win32" ? "\\" : "/");
}

export default vendorRegistry;
