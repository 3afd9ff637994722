/**
 * What the judge may look at: one machine at one moment. The shape is that of the snapshot file
 * (docs/snapshot-format.md), so a verdict reached live can be reached again from a file.
 *
 * @module
 */
import type { Process } from "./process.ts";

/** The format's name, in the first field of every file. */
export const SNAPSHOT_FORMAT = "agent-reaper/snapshot@1";

/** A kind of operating system, by the names that the runtime gives them. */
export type Platform = "linux" | "darwin" | "win32";

/** The machine that was looked at. */
export interface Host {
  readonly platform: Platform;
  readonly hostname: string;
  /** Names this boot; identities hold within one boot only. */
  readonly bootId: string;
  /** Minutes east of UTC: vendors write start times as local text. */
  readonly utcOffsetMinutes?: number;
  readonly container?: boolean;
  readonly wsl?: boolean;
}

/** Whose eyes looked: its own process and its ancestors are never touched. */
export interface Viewer {
  readonly pid: number;
  /** On Windows the user's name. */
  readonly uid: number | string;
  readonly home: string;
  readonly elevated: boolean;
}

/** Something on disk that a dead process may have left. */
export interface Leftover {
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink";
  readonly uid?: number;
  readonly mode?: number;
  /** Epoch milliseconds. */
  readonly modifiedAt?: number;
  readonly bytes?: number;
  readonly lock?: "taken" | "free";
  readonly content?: string;
  readonly target?: string;
}

/** What an earlier look remembered: when a process was first seen as an orphan. */
export interface Sighting {
  readonly pid: number;
  readonly startToken: string;
  /** Epoch milliseconds. */
  readonly firstSeenAt: number;
}

/** One machine at one moment. Immutable once handed on. */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  /** ISO 8601, UTC. */
  readonly capturedAt: string;
  readonly host: Host;
  readonly viewer: Viewer;
  readonly processes: readonly Process[];
  /** Files of agent vendors that a guard or proof asked for, path to text. */
  readonly files?: Readonly<Record<string, string>>;
  readonly leftovers?: readonly Leftover[];
  /**
   * The table leaves processes out (only the adopted were listed, or others are hidden): a pid that is
   * not in it may well be alive.
   */
  readonly partial?: boolean;
  /** Beside a partial table: pids that were asked for and that no process has. */
  readonly absent?: readonly number[];
  readonly sightings?: readonly Sighting[];
}
