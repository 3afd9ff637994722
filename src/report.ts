/**
 * One report, whoever reads it: people, scripts, logs. Reporters render it and decide nothing.
 *
 * @module
 */
import type { Claim, Confidence, Evidence, Limit, Objection, Outcome, Policy, Process } from "./contract.ts";
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
  | "leftover";

/** Who is responsible for a root, and how that is known. */
export interface Responsible {
  /** `living`: a parent that is responsible; `nobody`: an adopter has it; `unknown`: it cannot be told. */
  readonly who: "living" | "nobody" | "unknown";
  /** The parent or adopter. */
  readonly pid?: number;
  readonly because: string;
}

/** One gate that was asked, passed or not. */
export interface Gate {
  readonly kind: "guard" | "proof";
  readonly name: string;
  /** The process it was asked about. */
  readonly pid: number;
  readonly objection?: Objection;
  readonly evidence?: Evidence;
}

/** The judgement of one tree. */
export interface Finding {
  readonly root: Process;
  /** The tree, root first, then by depth and pid. Zombies are in it; nobody signals them. */
  readonly members: readonly Process[];
  readonly matcher: string;
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly confidence?: Confidence;
  readonly responsible: Responsible;
  /** Gates that said something. `explain` asks for all of them. */
  readonly gates: readonly Gate[];
  /** One sentence that says why. */
  readonly because: string;
}

/** The judgement of something on disk. */
export interface LeftoverFinding {
  readonly leftover: Leftover;
  readonly matcher: string;
  readonly family: string;
  readonly verdict: Verdict;
  readonly because: string;
}

/** What became of a subject. */
export interface Result {
  readonly pid?: number;
  readonly path?: string;
  readonly startToken?: string;
  readonly outcome: Outcome;
  readonly because?: string;
  /** How it was held, for processes. */
  readonly grip?: string;
  readonly freedBytes?: number;
}

/** Exactly what `reap` would do. */
export interface Plan {
  /** Sorted pids that would be signalled. */
  readonly terminate: readonly number[];
  /** Sorted paths that would be removed. */
  readonly remove: readonly string[];
}

/** Everything one run found and did. */
export interface Report {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly version: string;
  readonly command: "scan" | "reap";
  readonly dryRun: boolean;
  /** ISO 8601, UTC. */
  readonly capturedAt: string;
  readonly backend: string;
  readonly host: Host;
  readonly viewer: Viewer;
  readonly policy: Policy;
  /** How many processes were seen. */
  readonly seen: number;
  /** All trees of agents, also those that stay. */
  readonly findings: readonly Finding[];
  readonly leftovers: readonly LeftoverFinding[];
  readonly plan: Plan;
  /** Empty for a scan. */
  readonly results: readonly Result[];
  readonly limits: readonly Limit[];
  readonly warnings: readonly string[];
}
