/**
 * What `doctor` says about sweeps: when one was last at work, what it did, and what kept it from its end.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { formatDuration } from "../../duration.ts";
import { type Last, type Memory, parseMemory } from "../../sweep/memory.ts";
import { lastSweptAt, MEMORY } from "../../unattended.ts";

/** How it stands with sweeps. */
export interface SweepNote {
  readonly state: "good" | "worth knowing";
  readonly about: "sweep";
  readonly says: string;
}

/** The note on the sweeps that remember in this state directory. */
export function sweepNote(state: string, nowAt: number = Date.now()): SweepNote {
  const at = lastSweptAt(state);
  if (at === undefined) return { state: "good", about: "sweep", says: "none has run here yet" };
  const { last, acted } = memoryOf(state);
  const says = [`last at work ${ago(at, nowAt)}`];
  if (last !== undefined && last.stopped === undefined) {
    says.push(
      `last whole look ${ago(last.at, nowAt)}, in ${last.tookMs} ms: ${
        last.orphans === 0 ? "no orphans" : last.orphans === 1 ? "1 orphan" : `${last.orphans} orphans`
      }`,
    );
  }
  if (acted !== undefined) says.push(`last ended somebody ${ago(acted.at, nowAt)}: ${what(acted)}`);
  if (last?.stopped !== undefined) {
    says.push(`the last look, ${ago(last.at, nowAt)}, did not get to its end: ${last.stopped}`);
  }
  return { state: last?.stopped === undefined ? "good" : "worth knowing", about: "sweep", says: says.join("; ") };
}

function memoryOf(state: string): Memory {
  try {
    return parseMemory(readFileSync(`${state}/${MEMORY}`, "utf8"));
  } catch {
    return {};
  }
}

function what({ asked, forced }: Last): string {
  return [asked === 0 ? "" : `asked ${asked}`, forced === 0 ? "" : `${forced} by force`].filter(Boolean).join(", ");
}

function ago(at: number, nowAt: number): string {
  return `${formatDuration(Math.max(0, nowAt - at))} ago`;
}
