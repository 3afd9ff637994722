import {
  asRecord,
  claudeHomes,
  codexHomes,
  HOME_VARIABLES,
  isSameStart,
  readRecord,
  readSession,
  sessionFile,
} from "../../src/owner.ts";
import type { Guard, Objection, Process, Table } from "../../src/contract.ts";

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
      ...claudeHomes(process, table).flatMap((
        home,
      ) => [join(table, home, "daemon", "roster.json"), sessionFile(home, process.pid, table)]),
      ...codexHomes(process, table).flatMap((home) =>
        CODEX_FILES.map((name) => join(table, home, "app-server-daemon", name))
      ),
    ];
  },
  object(process, { table }) {
    return byRoster(process, table) ?? bySession(process, table) ?? byPidFile(process, table);
  },
};

const CODEX_FILES = ["app-server.pid", "app-server-updater.pid"];

function byRoster(process: Process, table: Table): Objection | undefined {
  for (const home of claudeHomes(process, table)) {
    const text = table.snapshot.files?.[join(table, home, "daemon", "roster.json")];
    if (text === undefined) continue;
    let roster: unknown;
    try {
      roster = JSON.parse(text);
    } catch {
      return { stands: "unsure", because: "Claude's roster of background workers cannot be read" };
    }
    const { supervisorPid, workers } = (roster ?? {}) as { supervisorPid?: unknown; workers?: unknown };
    if (supervisorPid === process.pid) return { stands: "spare", because: "it is the supervisor in Claude's roster" };
    const listed = Object.values((workers ?? {}) as Record<string, unknown>).map(asRecord).find((worker) =>
      worker?.pid === process.pid
    );
    if (listed === undefined) continue;
    if (isSameStart(listed, process, table) !== false) {
      return { stands: "spare", because: "Claude's roster lists it as a background worker" };
    }
  }
  return undefined;
}

function bySession(process: Process, table: Table): Objection | undefined {
  const session = readSession(process, table, process.pid);
  if (session === undefined || session.kind === undefined || session.kind === "interactive") return undefined;
  if (isSameStart(session, process, table) === false) return undefined;
  return { stands: "spare", because: `Claude's session file notes it as ${session.kind}` };
}

function byPidFile(process: Process, table: Table): Objection | undefined {
  for (const home of codexHomes(process, table)) {
    for (const name of CODEX_FILES) {
      const text = table.snapshot.files?.[join(table, home, "app-server-daemon", name)];
      const record = text === undefined ? undefined : readRecord(text);
      if (record?.pid !== process.pid || isSameStart(record, process, table) === false) continue;
      return { stands: "spare", because: `Codex's ${name} names it` };
    }
  }
  return undefined;
}

function join(table: Table, ...parts: string[]): string {
  return parts.join(table.host.platform === "win32" ? "\\" : "/");
}

export default vendorRegistry;
