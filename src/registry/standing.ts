/**
 * How a registered process stands today: whether it is still the one that was registered, and whether
 * its originator still is. Pure: the table tells all of it, whatever backend made that.
 *
 * What cannot be told is `unknown`, and nothing follows from it.
 *
 * @module
 */
import { isZombie, sameOwner } from "../process.ts";
import type { Process } from "../process.ts";
import type { Host, Snapshot, Viewer } from "../snapshot.ts";
import { isGuessedBoot } from "../vocabulary/boot.ts";
import type { Entry, Numbering, Originator, Session } from "./entry.ts";

/**
 * - `healthy`: it is there, and so is whoever answers for it (or it was to outlive them).
 * - `dead`: it has ended.
 * - `replaced`: its number belongs to another process now, which is nobody's business here.
 * - `orphan`: it is there, and its originator is not.
 * - `unknown`: one of these cannot be told.
 */
export type State = "healthy" | "dead" | "replaced" | "orphan" | "unknown";

/** An entry, judged. */
export interface Standing {
  /** What is on record. */
  readonly entry: Entry;
  /** What has become of it. */
  readonly state: State;
  /** One clause for people. */
  readonly because: string;
  /** The process that it is, where it is there. */
  readonly process?: Process;
  /** Somebody has its number, and nobody knows whether that is it: what is below them may be its. */
  readonly inDoubt?: true;
  /** The originator itself says that nobody needs it any more. */
  readonly dismissed?: boolean;
}

/** Whether a session goes on. */
export interface SessionStanding {
  /** `over`: nobody answers for it any more. */
  readonly state: "active" | "over" | "unknown";
  /** One clause for people. */
  readonly because: string;
}

/** Who is there, as a table tells it (src/table.ts). */
export interface Present {
  /** The machine that was looked at. */
  readonly host: Host;
  /** Whose eyes looked. */
  readonly viewer: Viewer;
  /** Which sessions their host says are active. */
  readonly snapshot: Pick<Snapshot, "activeSessions">;
  /** The process with this pid, if it was seen. */
  get(pid: number): Process | undefined;
  /** Whether a pid is nobody's; undefined when it cannot be told. */
  isAbsent(pid: number): boolean | undefined;
}

/** How an entry stands. */
export function standingOf(entry: Entry, table: Present): Standing {
  const numbers = sameNumbers(entry, table);
  if (numbers === "another boot") {
    return { entry, state: "dead", because: "it was registered before the machine was started anew" };
  }
  const process = table.get(entry.pid);
  if (numbers !== undefined) return { entry, state: "unknown", because: numbers, ...inDoubt(entry, process, numbers) };
  if (process === undefined) {
    return table.isAbsent(entry.pid) === true
      ? { entry, state: "dead", because: `no process has its pid ${entry.pid}` }
      : { entry, state: "unknown", because: `pid ${entry.pid} is not in this table` };
  }
  if (process.startToken === undefined) {
    return { entry, state: "unknown", inDoubt: true, because: `the start of pid ${entry.pid} is not known` };
  }
  if (process.startToken !== entry.startToken) {
    return { entry, state: "replaced", because: `pid ${entry.pid} belongs to another process now` };
  }
  if (isZombie(process)) return { entry, state: "dead", because: "it has ended and only waits to be collected" };
  // Whoever can write to a person's registry speaks for that person's processes and for nobody else's.
  if (process.uid !== undefined && !sameOwner(process.uid, table.viewer.uid)) {
    return { entry, process, state: "unknown", because: `it belongs to another user (${process.uid})` };
  }
  return { entry, process, ...answered(entry, table) };
}

/** Who answers for one that is there. */
function answered(entry: Entry, table: Present): Pick<Standing, "state" | "because" | "dismissed"> {
  const { originator, session, containment } = entry;
  const who = `${originator.tool} (pid ${originator.pid})`;
  if (containment === "detached") return { state: "healthy", because: `${who} registered it to outlive itself` };
  const active = table.snapshot.activeSessions;
  if (session !== undefined && active?.includes(session) === true) {
    return { state: "healthy", because: "its session is active" };
  }
  const fate = fateOf(originator, table);
  if (fate === "unknown") return { state: "unknown", because: `whether its originator ${who} lives cannot be told` };
  if (fate === "dead") return { state: "orphan", because: `its originator ${who} is gone` };
  // Which sessions are active only their host can say, and only of what it has started itself.
  if (active !== undefined && session !== undefined && originator.pid === table.viewer.pid) {
    return { state: "orphan", because: `its session is not active, says its originator ${who}`, dismissed: true };
  }
  return { state: "healthy", because: `its originator ${who} is alive` };
}

/** What became of an originator whose numbers are those of this table. */
function fateOf(originator: Originator, table: Present): "alive" | "dead" | "unknown" {
  const process = table.get(originator.pid);
  if (process === undefined) return table.isAbsent(originator.pid) === true ? "dead" : "unknown";
  if (originator.startToken === undefined || process.startToken === undefined) return "unknown";
  return process.startToken !== originator.startToken || isZombie(process) ? "dead" : "alive";
}

/** Whether whoever answers for a session is still there. */
export function sessionStanding(session: Session, table: Present): SessionStanding {
  const numbers = sameNumbers(session, table);
  if (numbers === "another boot") return { state: "over", because: "the machine was started anew since" };
  if (numbers !== undefined) return { state: "unknown", because: numbers };
  const who = `${session.originator.tool} (pid ${session.originator.pid})`;
  const fate = fateOf(session.originator, table);
  if (fate === "alive") return { state: "active", because: `its originator ${who} is alive` };
  if (fate === "dead") return { state: "over", because: `its originator ${who} is gone` };
  return { state: "unknown", because: `whether its originator ${who} lives cannot be told` };
}

/** Undefined when a number of the entry's means the same in this table; else why it does not, or may not. */
function sameNumbers(entry: Numbering, { host }: Present): string | undefined {
  if (isGuessedBoot(entry.bootId) || isGuessedBoot(host.bootId)) return "which boot this is cannot be told";
  if (entry.bootId !== host.bootId) return "another boot";
  if (host.platform !== "linux") return undefined;
  if (entry.pidNamespace === undefined || host.pidNamespace === undefined) {
    return "whether its pid is of this pid namespace cannot be told";
  }
  return entry.pidNamespace === host.pidNamespace ? undefined : ELSEWHERE;
}

const ELSEWHERE = "it was registered in another pid namespace";

/** Where it cannot be told whether the numbers mean the same, one of that pid and start may well be it. */
function inDoubt(entry: Entry, process: Process | undefined, numbers: string): Pick<Standing, "inDoubt"> {
  if (numbers === ELSEWHERE || process === undefined) return {};
  return process.startToken === undefined || process.startToken === entry.startToken ? { inDoubt: true } : {};
}
