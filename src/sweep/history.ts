/**
 * What sweeps have done here, as `doctor` and `hook status` tell it: when one was last at work, what it saw,
 * and what kept it from its end.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import { formatDuration } from "../duration.ts";
import { readRegular } from "../regular-file.ts";
import { lastSweptAt, MEMORY } from "../unattended.ts";
import { type ByHook, type Last, type Memory, parseMemory } from "./memory.ts";

/** What sweeps have done. */
export interface SweepHistory {
  /** Epoch milliseconds at which one was last at work. */
  readonly at: number;
  /** The last whole look. */
  readonly last?: Last;
  /** The last that signalled somebody. */
  readonly acted?: Last;
  /** The last look that each hook started. */
  readonly byHook: ByHook;
  /** All of it in one line, but for the hooks'. */
  readonly says: string;
}

/** From the memory of sweeps; undefined where none was at work. */
export function sweepHistory(state: string, nowAt: number = Date.now()): SweepHistory | undefined {
  const at = lastSweptAt(state);
  if (at === undefined) return undefined;
  const { last, acted, byHook = {} } = memoryOf(state, at);
  const says = [`last at work ${ago(at, nowAt)}`];
  if (last !== undefined && last.stopped === undefined) says.push(`last whole look ${lookSays(last, nowAt)}`);
  if (acted !== undefined) says.push(`last ended somebody ${ago(acted.at, nowAt)}: ${what(acted)}`);
  if (last?.stopped !== undefined) {
    says.push(`the last look, ${ago(last.at, nowAt)}, did not get to its end: ${last.stopped}`);
  }
  return {
    at,
    ...(last === undefined ? {} : { last }),
    ...(acted === undefined ? {} : { acted }),
    byHook,
    says: says.join("; "),
  };
}

/** When a look was, how long it took and what it saw. */
function lookSays({ at, tookMs, orphans }: Last, nowAt: number): string {
  const seen = orphans === 0 ? "no orphans" : orphans === 1 ? "1 orphan" : `${orphans} orphans`;
  return `${ago(at, nowAt)}, in ${tookMs} ms: ${seen}`;
}

/** The same of a look that a hook started, with what it did. */
export function hookLookSays(look: Last, nowAt: number): string {
  if (look.stopped !== undefined) return `${ago(look.at, nowAt)}, not to its end: ${look.stopped}`;
  const did = what(look);
  return `${lookSays(look, nowAt)}${did === "" ? "" : `, ${did}`}`;
}

function memoryOf(state: string, at: number): Memory {
  try {
    return parseMemory(readRegular(`${state}/${MEMORY}`).bytes.toString());
  } catch (error) {
    if (!(error instanceof Complaint)) return {};
    // Nobody was at work with that, and nobody will be.
    return { last: { at, tookMs: 0, orphans: 0, asked: 0, forced: 0, stopped: error.message } };
  }
}

function what({ asked, forced }: Last): string {
  return [asked === 0 ? "" : `asked ${asked}`, forced === 0 ? "" : `${forced} by force`].filter(Boolean).join(", ");
}

function ago(at: number, nowAt: number): string {
  return `${formatDuration(Math.max(0, nowAt - at))} ago`;
}
