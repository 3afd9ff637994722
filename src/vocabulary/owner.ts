/**
 * The owner that a process has on record: an agent's pid in its environment, at best with the start
 * that the agent's own session file notes. Pure.
 *
 * @module
 */
import { isGuessedBoot } from "./boot.ts";
import { mayRunClaude } from "./claude-names.ts";
import { mayBeSetBack } from "./clock.ts";
import type { Process } from "../process.ts";
import { textOf } from "./inside-files.ts";
import { isBeyond } from "./namespaces.ts";
import { RUN_VARIABLE, runOf } from "./run-tag.ts";
import type { Table } from "../table.ts";

/** Variables in which agents leave their pid to what they start. */
const PID_VARIABLES: readonly string[] = ["CLAUDE_PID", "OPENCODE_PID", "KILO_PID", "CODEX_PID", "GEMINI_CLI_PID"];

/** These, and the one in which our own `run` leaves who contains it. */
export const OWNER_VARIABLES: readonly string[] = [...PID_VARIABLES, RUN_VARIABLE];

/** Claude Code sets it in its background sessions, and in whatever those start. */
export const JOB_VARIABLE = "CLAUDE_JOB_DIR";

/** Variables that tell where a vendor keeps its files. */
export const HOME_VARIABLES: readonly string[] = ["HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME"];

/** What is known about a recorded owner. */
export interface Owner {
  readonly pid: number;
  readonly variable: string;
  /** `dead`: nobody has the pid, or somebody who started later. Unknown where it cannot be told. */
  readonly fate: "alive" | "dead" | "unknown";
  /** The start that was recorded beside the pid, and that no living process has. */
  readonly withStart: boolean;
  readonly because: string;
}

/** The owner on record, or undefined when there is none. */
export function recordedOwner(process: Process, table: Table): Owner | undefined {
  const run = runOf(process, table);
  // Pid and start of both who contain it: nothing else that is on record is as exact.
  if (run?.fate === "dead" && !run.detachOk) {
    const { pid } = run.keepers[0] as { readonly pid: number };
    const because = `${RUN_VARIABLE}: the agent-reaper run that contained it (pid ${pid}) is gone`;
    return { pid, variable: RUN_VARIABLE, fate: "dead", withStart: true, because };
  }
  let dead: Owner | undefined;
  for (const variable of PID_VARIABLES) {
    const said = process.env?.[variable];
    // As agents write it: what JavaScript makes a number of besides ("0x101d1", "7e4") was never one of theirs.
    const pid = said !== undefined && /^[1-9]\d*$/.test(said) ? Number(said) : 0;
    if (!Number.isSafeInteger(pid) || pid <= 1) continue;
    // Environments are inherited across namespaces: the number may be of this one, or of any above it.
    if (isBeyond(process, table)) {
      const because = `${variable}=${pid}: in which pid namespace that was its number cannot be told`;
      return { pid, variable, fate: "unknown", withStart: false, because };
    }
    let owner = judgeOwner(process, table, variable, pid);
    if (owner.fate === "dead" && mayBeOnViewer(process, variable, table)) {
      const because =
        `${variable}=${pid}: whoever looks bears it too: it was handed on, or is a number of another pid namespace`;
      owner = { pid, variable, fate: "unknown", withStart: false, because };
    }
    if (owner.fate === "dead" && variable === "CLAUDE_PID" && isHandedOver(process)) {
      const because = `${variable}=${pid}: a background session had it, and goes on in another process`;
      owner = { pid, variable, fate: "unknown", withStart: false, because };
    }
    // Agents start one another, and each leaves its own: one that may live is enough.
    if (owner.fate !== "dead") return owner;
    dead ??= owner;
  }
  return dead;
}

/**
 * Whoever looks lives, and an agent that looks has its own mark: one of a dead agent came to both by way of somebody whom no name
 * gives away, or from outside into a sandbox or a container that was begun in its environment (`bwrap --unshare-pid`, `podman run
 * --env-host`). Only Linux tells this of everybody who may look.
 */
function mayBeOnViewer(process: Process, variable: string, table: Table): boolean {
  const viewer = table.get(table.viewer.pid);
  if (viewer === undefined || viewer === process) return false;
  if (viewer.env === undefined) return table.host.platform === "linux";
  return viewer.env[variable] === process.env?.[variable];
}

/**
 * A background session's process is stopped when it has been idle for an hour, and started anew with an update or when
 * somebody looks in: the next one takes over what was running. With its worktree the session is over.
 */
function isHandedOver({ env, cwdDeleted }: Process): boolean {
  return env?.[JOB_VARIABLE] !== undefined && cwdDeleted !== true;
}

function judgeOwner(process: Process, table: Table, variable: string, pid: number): Owner {
  const recorded = recordedStart(process, table, pid);
  const owner = table.get(pid);
  const withStart = recorded !== undefined;
  if (owner === undefined) {
    const absent = table.isAbsent(pid);
    return absent === true
      ? { pid, variable, fate: "dead", withStart, because: `${variable}=${pid}: no process has this pid` }
      : { pid, variable, fate: "unknown", withStart, because: `${variable}=${pid}: not in this table` };
  }
  const same = recorded === undefined ? undefined : isSameStart(recorded, owner, table);
  if (same === false && mayBeLater(process, owner) && mayRunClaude(owner.name)) {
    // The file may be of who had the number before: who has it now may write none, or in another directory.
    const because = `${variable}=${pid}: a Claude Code of another start than the session file notes has the pid`;
    return { pid, variable, fate: "unknown", withStart, because };
  }
  if (same === false) {
    return {
      pid,
      variable,
      fate: "dead",
      withStart: true,
      because: `${variable}=${pid}: the pid has another start than the session file notes`,
    };
  }
  if (isLater(owner, process)) {
    if (mayBeSetBack(owner, process, table)) {
      return {
        pid,
        variable,
        fate: "unknown",
        withStart,
        because: `${variable}=${pid}: the clock may have been set back`,
      };
    }
    return {
      pid,
      variable,
      fate: "dead",
      withStart: false,
      because: `${variable}=${pid}: whoever has the pid now started later`,
    };
  }
  return { pid, variable, fate: "alive", withStart, because: `${variable}=${pid} is alive` };
}

/** An owner cannot be younger than what it started. A second's grace: clocks of the platforms round. */
function isLater(owner: Process, process: Process): boolean {
  return owner.startedAt !== undefined && process.startedAt !== undefined && owner.startedAt > process.startedAt + 1000;
}

function mayBeLater({ startedAt }: Process, owner: Process): boolean {
  return owner.startedAt === undefined || startedAt === undefined || owner.startedAt <= startedAt;
}

/** Where Claude Code keeps its files, as this process would look for them. */
export function claudeHomes(process: Process, table: Table): string[] {
  return homes(process, table, "CLAUDE_CONFIG_DIR", ".claude", OF_CLAUDE);
}

/** Claude Code's own names below whatever directory it was given. */
const OF_CLAUDE = /^(.+)[\\/](?:daemon[\\/]roster|sessions[\\/]\d+)\.json$/;
/** The same of Codex. */
const OF_CODEX = /^(.+)[\\/]app-server-daemon[\\/][\w-]+\.pid$/;

/** Where environments are not told, it may look in any directory below the person's home of which a table holds such files. */
function othersIn({ snapshot, viewer, host }: Table, names: RegExp, known: readonly string[]): string[] {
  if (snapshot.files === undefined) return [];
  const within = viewer.home + (host.platform === "win32" ? "\\" : "/");
  const found = Object.keys(snapshot.files).map((path) => path.startsWith(within) ? names.exec(path)?.[1] : undefined);
  return [...new Set(found)].filter((home) => home !== undefined && !known.includes(home)) as string[];
}

/** Where Codex keeps its files, as this process would look for them. */
export function codexHomes(process: Process, table: Table): string[] {
  return homes(process, table, "CODEX_HOME", ".codex", OF_CODEX);
}

function homes(process: Process, table: Table, variable: string, name: string, files: RegExp): string[] {
  const slash = table.host.platform === "win32" ? "\\" : "/";
  const own = tidied(process.env?.[variable], table);
  const home = tidied(process.env?.["HOME"], table);
  if (isBeyond(process, table)) {
    // The viewer's home is nobody's there, and a path that is not whole leads who knows where.
    const inside = [own, home === undefined ? undefined : `${home}/${name}`];
    return inside.filter((path) => path?.startsWith("/") === true) as string[];
  }
  const viewers = tidied(table.viewer.home, table);
  const found = [`${viewers}${slash}${name}`];
  if (home !== undefined && home !== viewers && isWhole(home, table)) found.unshift(`${home}${slash}${name}`);
  if (own !== undefined && isWhole(own, table)) found.unshift(own);
  return process.env === undefined ? [...found, ...othersIn(table, files, found)] : found;
}

/** A directory as a table spells it, however a person did: `/data/claude/`, `/data//claude`, `C:/claude`. */
function tidied<Path extends string | undefined>(path: Path, { host }: Table): Path {
  return (host.platform === "win32"
    ? path?.replaceAll("/", "\\").replace(/(?<=[^:\\])\\+$/, "")
    : path?.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "")) as Path;
}

/** One that is not whole begins where a program happened to be, and would lead us into our own directory. */
function isWhole(path: string, { host: { platform } }: Table): boolean {
  return platform === "win32" ? /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path) : path.startsWith("/");
}

/** The variable, this one or HOME, by which it looks for files of its vendor's where nobody can follow. */
export function homeInDoubt({ env }: Process, variable: string, table: Table): string | undefined {
  return [variable, "HOME"].find((name) => env?.[name] !== undefined && !isWhole(env[name], table));
}

/** Beyond a border: whether all places where vendors keep its files are told by its own environment. */
export function homesAreTold({ env }: Process): boolean {
  return env?.["HOME"] !== undefined && HOME_VARIABLES.every((name) => env[name]?.startsWith("/") !== false);
}

/** The session file that Claude Code writes for one of its processes. */
export function sessionFile(home: string, pid: number, table: Table): string {
  const slash = table.host.platform === "win32" ? "\\" : "/";
  return [home, "sessions", `${pid}.json`].join(slash);
}

/** A record of a vendor's own: which process, started when. */
export interface Recorded {
  readonly pid: number;
  readonly bootId?: string;
  readonly procStart?: string;
  readonly startedAt?: number;
  readonly kind?: string;
}

/** A vendor's session file, or undefined when it is not there or not readable as one. */
export function readSession(process: Process, table: Table, pid: number): Recorded | undefined {
  for (const home of claudeHomes(process, table)) {
    const text = textOf(process, sessionFile(home, pid, table), table);
    if (text === undefined) continue;
    const record = readRecord(text);
    if (record !== undefined && record.pid === pid) return record;
  }
  return undefined;
}

/** Reads the fields that we know out of a JSON object of a vendor's; undefined for anything else. */
export function readRecord(text: string): Recorded | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return asRecord(value);
}

/** One record out of parsed JSON. Both spellings that vendors use. */
export function asRecord(value: unknown): Recorded | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const pid = fields["pid"];
  if (typeof pid !== "number" || !Number.isSafeInteger(pid)) return undefined;
  // Codex notes the kernel's own number beside a text that is exact to a second.
  const { bootId, startTicks } = (fields["processIdentity"] ?? {}) as { bootId?: unknown; startTicks?: unknown };
  const procStart = startTicks ?? fields["procStart"] ?? fields["proc_start"] ?? fields["processStartTime"];
  return {
    pid,
    ...(typeof bootId === "string" ? { bootId } : {}),
    ...(typeof procStart === "string" || typeof procStart === "number" ? { procStart: String(procStart) } : {}),
    ...(typeof fields["startedAt"] === "number" ? { startedAt: fields["startedAt"] } : {}),
    ...(typeof fields["kind"] === "string" ? { kind: fields["kind"] } : {}),
  };
}

function recordedStart(process: Process, table: Table, pid: number): Recorded | undefined {
  const session = readSession(process, table, pid);
  return session?.procStart === undefined ? undefined : session;
}

/**
 * Whether a vendor's record means this process. Linux notes clock ticks since boot, macOS the text
 * of `ps -o lstart` in local time. Undefined: the record has no start that we can read.
 */
export function isSameStart(record: Recorded, process: Process, table: Table): boolean | undefined {
  const { bootId, procStart } = record;
  if (bootId !== undefined && bootId !== table.host.bootId) {
    return isGuessedBoot(table.host.bootId) ? undefined : false;
  }
  if (procStart === undefined) return undefined;
  if (/^\d+$/.test(procStart)) return process.startToken === undefined ? undefined : process.startToken === procStart;
  const text = Date.parse(`${procStart} UTC`);
  if (Number.isNaN(text) || process.startedAt === undefined) return undefined;
  const offset = table.host.utcOffsetMinutes;
  if (offset !== undefined) return Math.abs(text - offset * 60_000 - process.startedAt) <= 1500;
  // The zone is unknown: any whole quarter of an hour may be the offset; minutes and seconds must fit.
  const apart = Math.abs(text - process.startedAt);
  const quarter = 15 * 60_000;
  const rest = apart % quarter;
  return apart <= 15 * 3_600_000 && Math.min(rest, quarter - rest) <= 1500;
}
