/**
 * One report, whoever reads it: people, scripts, logs. Reporters render it and decide nothing.
 *
 * @module
 */
import type { Claim, Evidence, Objection } from "./contract/judging.ts";
import type { Limit } from "./contract/machine.ts";
import type { Confidence, Policy } from "./policy.ts";
import type { Process } from "./process.ts";
import type { Entry, EntryKey } from "./registry/entry.ts";
import type { Host, Leftover, Viewer } from "./snapshot.ts";

/** The documented schema's version; a field is added without it, none is changed or taken away. */
export const SCHEMA_VERSION = 1;

/** What was decided about a subject. */
export type Verdict =
  | "untouched"
  | "owned"
  | "spared"
  | "unsure"
  | "orphan"
  | "stale"
  | "leftover"
  | "healthy"
  | "dead"
  | "replaced";

/** Who is responsible for a root, and how that is known. */
export interface Responsible {
  /** `living`: a parent that is responsible; `nobody`: an adopter has it; `unknown`: it cannot be told. */
  readonly who: "living" | "nobody" | "unknown";
  /** The parent or adopter. */
  readonly pid?: number;
  /** One clause for people: how that is known. */
  readonly because: string;
}

/** One gate that was asked, passed or not. */
export interface Gate {
  /** A guard may spare, a proof may convict. */
  readonly kind: "guard" | "proof";
  /** The plugin's name. */
  readonly name: string;
  /** The process it was asked about. */
  readonly pid: number;
  /** What the guard said. */
  readonly objection?: Objection;
  /** What the proof found. */
  readonly evidence?: Evidence;
}

/** The judgement of one tree. */
export interface Finding {
  /** The topmost claimed process of the chain. */
  readonly root: Process;
  /** The tree, root first, then by depth and pid. Zombies are in it; nobody signals them. */
  readonly members: readonly Process[];
  /** Name of the matcher that claimed it. */
  readonly matcher: string;
  /** What it was claimed as. */
  readonly claim: Claim;
  /** What was decided. */
  readonly verdict: Verdict;
  /** How sure that is; undefined unless it is an orphan. */
  readonly confidence?: Confidence;
  /** Who is responsible for it. */
  readonly responsible: Responsible;
  /** Gates that said something. `explain` asks for all of them. */
  readonly gates: readonly Gate[];
  /** One sentence that says why. */
  readonly because: string;
}

/** The judgement of something on disk. */
export interface LeftoverFinding {
  /** What lies there. */
  readonly leftover: Leftover;
  /** Name of the matcher that knows its kind. */
  readonly matcher: string;
  /** The agent family's name. */
  readonly family: string;
  /** It is removed only where `--only` names its matcher. */
  readonly onlyWhenNamed?: boolean;
  /** What was decided. */
  readonly verdict: Verdict;
  /** One sentence that says why. */
  readonly because: string;
}

/** The judgement of something registered. */
export interface RegisteredFinding {
  /** What is on record. */
  readonly entry: Entry;
  /**
   * `dead` and `replaced` are taken off the record, and nobody is signalled; what is there has the verdict of the tree
   * that it belongs to, and where that is owned, `healthy`.
   */
  readonly verdict: Verdict;
  /** One sentence that says why. */
  readonly because: string;
}

/** A slot that a dead holder left. */
export interface SlotFinding {
  /** Its file. */
  readonly path: string;
  /** What its slots are called. */
  readonly name: string;
  /** Its number. */
  readonly slot: number;
  /** Who had it. */
  readonly pid?: number;
  /** One clause that says why it is stale. */
  readonly because: string;
}

/** What became of one target. */
export type Outcome =
  | "asked"
  | "ended"
  | "killed"
  | "gone"
  | "replaced"
  | "denied"
  | "survived"
  | "respawned"
  | "planned"
  | "removed"
  | "unregistered"
  | "released"
  | "quarantined"
  | "failed";

/** What became of a subject of which something is still there. */
export const STILL_THERE: ReadonlySet<Outcome> = new Set(["denied", "survived", "respawned", "failed"]);

/** What became of a subject. */
export interface Result {
  /** The process, for processes. */
  readonly pid?: number;
  /** The path, for what lies on disk. */
  readonly path?: string;
  /** With the pid, the process's identity. */
  readonly startToken?: string;
  /** What became of it. */
  readonly outcome: Outcome;
  /** Why not more, or the system's answer. */
  readonly because?: string;
  /** How it was held, for processes. */
  readonly grip?: string;
  /** Sizes of what was removed. */
  readonly freedBytes?: number;
}

/** Exactly what `reap` would do. */
export interface Plan {
  /** Sorted pids that would be signalled. */
  readonly terminate: readonly number[];
  /** Sorted paths that would be removed. */
  readonly remove: readonly string[];
  /** Entries that would be taken off the registry because their processes are gone. */
  readonly unregister: readonly EntryKey[];
  /** Sorted files of stale slots that would be released; left out when there are none. */
  readonly release?: readonly string[];
}

/** Everything one run found and did. */
export interface Report {
  /** Always {@linkcode SCHEMA_VERSION}. */
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** Version of agent-reaper. */
  readonly version: string;
  /** What was asked. */
  readonly command: "scan" | "reap";
  /** Nothing was touched on purpose. */
  readonly dryRun: boolean;
  /** ISO 8601, UTC. */
  readonly capturedAt: string;
  /** How long `reap` took, without the time in which a person was asked; left out of a scan. */
  readonly elapsedMs?: number;
  /** Name of the backend that looked. */
  readonly backend: string;
  /** The machine that was looked at. */
  readonly host: Host;
  /** Whose eyes looked. */
  readonly viewer: Viewer;
  /** Under which policy it was judged. */
  readonly policy: Policy;
  /** How many processes were seen. */
  readonly seen: number;
  /** All trees of agents, also those that stay. */
  readonly findings: readonly Finding[];
  /** What dead processes may have left on disk. */
  readonly leftovers: readonly LeftoverFinding[];
  /** How what is registered stands, also what stays. */
  readonly registered: readonly RegisteredFinding[];
  /** Slots that dead holders left; left out when there are none. */
  readonly slots?: readonly SlotFinding[];
  /** What `reap` would do, or set out to do. */
  readonly plan: Plan;
  /** Empty for a scan. */
  readonly results: readonly Result[];
  /** What could not be seen. */
  readonly limits: readonly Limit[];
  /** What went wrong without stopping the run. */
  readonly warnings: readonly string[];
}
