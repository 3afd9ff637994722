/**
 * The rules of the private reapers that this one replaces, as far as a table can tell: what each
 * would end. For comparison only.
 *
 * @module
 */
import { isZombie } from "../../src/process.ts";
import { Table } from "../../src/table.ts";
import type { Process, Snapshot } from "../../src/contract.ts";

/** A rule that picks what to end. */
export interface Baseline {
  readonly name: string;
  ends(process: Process, table: Table): boolean;
}

const ageMs = (
  process: Process,
  table: Table,
) => (process.startedAt === undefined ? 0 : table.takenAt - process.startedAt);
const line = (process: Process) => process.argv?.join(" ") ?? "";

/** The baselines. */
export const baselines: readonly Baseline[] = [
  {
    name: "startup reaper: child of pid 1, named claude, codex or sqlite-graphrag, older than 60 s",
    ends: (process, table) =>
      process.ppid === 1 && !isZombie(process) && /^(claude|codex|sqlite-graphrag)$/.test(process.name ?? "") &&
      ageMs(process, table) > 60_000,
  },
  {
    name: "cron reaper: named claude, or npm with agent in its arguments, older than 2 h",
    ends: (process, table) =>
      !isZombie(process) && process.pid !== table.viewer.pid && ageMs(process, table) > 7_200_000 &&
      (process.name === "claude" || (/^npm/.test(process.name ?? "") && line(process).includes("agent"))),
  },
  {
    name: "daemon reaper: conhost.exe whose parent is dead",
    ends: (process, table) => process.name === "conhost.exe" && table.get(process.ppid) === undefined,
  },
  {
    name: "session library: child of pid 1, claude with haiku or output-format",
    ends: (process) => process.ppid === 1 && /claude.*(haiku|output-format)/.test(line(process)),
  },
  { name: "slot files: never looks at processes", ends: () => false },
];

/** What a baseline would end on a table. */
export function endedBy(baseline: Baseline, snapshot: Snapshot): number[] {
  const table = new Table(snapshot);
  return snapshot.processes.filter((process) => baseline.ends(process, table)).map((process) => process.pid);
}
