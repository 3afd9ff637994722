/**
 * What a plugin is. Six kinds: a backend sees and touches a machine; a matcher claims processes for an agent
 * family, a leftover matcher what lies on disk; a guard spares; an action ends; a reporter tells. A plugin is one
 * default export of one file, data first, and imports nothing but this contract, src/process.ts, src/vocabulary/ and its own
 * folder.
 *
 * Matchers, guards and proofs stand in contract/judging.ts, backends in contract/machine.ts.
 *
 * @module
 */
export type * from "./contract/action.ts";
export type * from "./contract/command.ts";
export type * from "./contract/judging.ts";
export type * from "./contract/keeper.ts";
export type * from "./contract/leftover.ts";
export type * from "./contract/lock.ts";
export type * from "./contract/machine.ts";
export type * from "./contract/program.ts";
export type * from "./contract/reporter.ts";
export type { Draft, Process, Stdio, StdioKind } from "./process.ts";
export type { AskedTree, Host, Leftover, Ownership, Platform, Sighting, Snapshot, Viewer } from "./snapshot.ts";
export type { Table } from "./table.ts";
export type {
  Awaitable,
  Containment,
  Entry,
  EntryKey,
  Numbering,
  Originator,
  RegistryStore,
  Session,
} from "./registry/entry.ts";
export type { Standing, State } from "./registry/standing.ts";
export { SNAPSHOT_FORMAT } from "./snapshot.ts";
export type {
  Finding,
  Gate,
  LeftoverFinding,
  Outcome,
  Plan,
  RegisteredFinding,
  Report,
  Responsible,
  Result,
  SlotFinding,
  Verdict,
} from "./report.ts";
export { formatDuration, writeDuration } from "./duration.ts";
export type { Confidence, Policy } from "./policy.ts";
export { defaultPolicy, isLeftoverToldOnly, isToldOnly } from "./policy.ts";
export { clip, clipMiddle, formatBytes, padEnd, padStart, safeJson, visible, width, wrap } from "./text.ts";
