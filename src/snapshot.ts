/**
 * What the judge may look at: one machine at one moment. The shape is that of the snapshot file
 * (docs/snapshot-format.md), so a verdict reached live can be reached again from a file.
 *
 * @module
 */
import type { Process } from "./process.ts";
import type { Entry } from "./registry/entry.ts";

/** The format's name, in the first field of every file. */
export const SNAPSHOT_FORMAT = "agent-reaper/snapshot@1";

/** A kind of operating system, by the names that the runtime gives them. */
export type Platform = "linux" | "darwin" | "win32";

/** The machine that was looked at. */
export interface Host {
  /** Which kind of operating system. */
  readonly platform: Platform;
  /** The machine's name, for people. */
  readonly hostname: string;
  /** Names this boot; identities hold within one boot only. */
  readonly bootId: string;
  /** Linux: names the pid namespace whose numbers these are. */
  readonly pidNamespace?: string | undefined;
  /** Minutes east of UTC: vendors write start times as local text. */
  readonly utcOffsetMinutes?: number;
  /** The look was taken inside a container. */
  readonly container?: boolean;
  /** The machine is a Windows Subsystem for Linux. */
  readonly wsl?: boolean;
  /** The person says that nobody outside of this container or namespace writes to its files (AGENT_REAPER_OWN_FILES=1). */
  readonly ownFiles?: boolean;
}

/** Whose eyes looked: its own process and its ancestors are never touched. */
export interface Viewer {
  /** The process that looked. */
  readonly pid: number;
  /** On Windows the user's name. */
  readonly uid: number | string;
  /** Home directory of the person for whom it looked. */
  readonly home: string;
  /** It looked with an administrator's rights. */
  readonly elevated: boolean;
}

/** Whose a directory is, and who may write there. */
export interface Ownership {
  /** Owner. */
  readonly uid: number;
  /** Group. */
  readonly gid: number;
  /** Permission bits, those of set-id and the sticky one among them. */
  readonly mode: number;
}

/** Something on disk that a dead process may have left. */
export interface Leftover {
  /** Where it lies, absolute. */
  readonly path: string;
  /** What it is itself; a link is not followed. */
  readonly kind: "file" | "directory" | "symlink";
  /** Owner. */
  readonly uid?: number;
  /** Group. */
  readonly gid?: number;
  /** Permission bits, those of set-id and the sticky one among them. */
  readonly mode?: number;
  /** The directory that it lies in. */
  readonly base?: Ownership;
  /** Names it on its file system while it exists: `device:inode`. */
  readonly identity?: string;
  /** Epoch milliseconds. */
  readonly modifiedAt?: number;
  /**
   * When something of it, or below it, was last written, made, renamed or given away (epoch
   * milliseconds). Unlike `modifiedAt` nobody can set it back.
   */
  readonly changedAt?: number;
  /** Its size; of a directory, of all files below it. */
  readonly bytes?: number;
  /** Whether somebody holds a lock on it; absent where there is none to hold. */
  readonly lock?: "taken" | "free";
  /** Whether somebody listens on the TCP port that it is named after. */
  readonly port?: "open" | "closed";
  /** The text of a small file, or of it what a judge reads. */
  readonly content?: string;
  /** Texts of small files directly in a directory, by name. */
  readonly inside?: Readonly<Record<string, string>>;
  /** What lies directly in a directory, sorted. */
  readonly names?: readonly string[];
  /** Where a link leads. */
  readonly target?: string;
  /** Another file system is mounted on it or below it. */
  readonly mounted?: boolean;
  /** It lies on a file system that other machines may write to. */
  readonly shared?: boolean;
}

/** What an earlier look remembered: when a process was first seen as an orphan. */
export interface Sighting {
  /** The process that was seen. */
  readonly pid: number;
  /** Its exact start: with the pid, its identity. */
  readonly startToken: string;
  /** Epoch milliseconds. */
  readonly firstSeenAt: number;
  /** It was asked to end as a member of this tree. */
  readonly askedWith?: AskedTree;
}

/** A tree that was asked to end. */
export interface AskedTree {
  /** The pid that its root had. */
  readonly root: number;
  /** Who claimed the root. */
  readonly matcher: string;
  /** For which family. */
  readonly family: string;
}

/** One machine at one moment. Immutable once handed on. */
export interface Snapshot {
  /** Always {@linkcode SNAPSHOT_FORMAT}. */
  readonly format: typeof SNAPSHOT_FORMAT;
  /** ISO 8601, UTC. */
  readonly capturedAt: string;
  /** The machine that was looked at. */
  readonly host: Host;
  /** Whose eyes looked. */
  readonly viewer: Viewer;
  /** What was seen, the viewer and its ancestors among them. */
  readonly processes: readonly Process[];
  /** Files of agent vendors that a guard or proof asked for, path to text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files beside these that were asked for through the root of a container's process, and that are not there. */
  readonly absentFiles?: readonly string[];
  /** Files beside these that may be there, and could not be read. */
  readonly unreadFiles?: readonly string[];
  /** Candidates on disk. */
  readonly leftovers?: readonly Leftover[];
  /**
   * The table leaves processes out (only the adopted were listed, or others are hidden): a pid that is
   * not in it may well be alive.
   */
  readonly partial?: boolean;
  /** Beside a partial table: pids that were asked for and that no process has. */
  readonly absent?: readonly number[];
  /** What earlier looks remembered. */
  readonly sightings?: readonly Sighting[];
  /** What hosts have registered; read before the table was taken, so whoever is not in that has ended. */
  readonly registered?: readonly Entry[];
  /** The sessions that the viewer says are active, where it is a host that knows. */
  readonly activeSessions?: readonly string[];
}
