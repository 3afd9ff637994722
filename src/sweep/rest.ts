/**
 * Until when sweeps need not look: the first line of their memory.
 *
 * @module
 */
import type { SweepOptions } from "./arguments.ts";

const NAME = "agent-reaper/sweep 1";

/** However much a damaged file promises. */
export const LONGEST_REST_MS = 600_000;

/** Until when nothing can have become due, as long as nobody new is adopted. */
export interface Rest {
  /** Epoch milliseconds of the look that found nothing to do now. */
  readonly lookedAt: number;
  readonly untilAt: number;
  /** The options that change what is found, in one word. */
  readonly asked: string;
  readonly adopters: readonly number[];
  /** Whom they had adopted at that look, with a comma before and behind each. */
  readonly adopted: string;
}

/** The options that change what is found, in one word. */
export function askedFor({ minAgeMs, graceMs, confidence }: SweepOptions): string {
  return `${minAgeMs ?? ""}/${graceMs ?? ""}/${confidence ?? ""}`;
}

/** The first line of a memory; undefined when sweeps have to look. */
export function parseRest(text: string): Rest | undefined {
  const end = text.indexOf("\n");
  // Without a compiler the first destructuring, `map` or `for … of` costs more than reading a process.
  const words = text.slice(0, end < 0 ? 0 : end).split(" ");
  if (words.length !== 7 || `${words[0]} ${words[1]}` !== NAME) return undefined;
  const lookedAt = Number(words[2]);
  const untilAt = Number(words[3]);
  if (!Number.isSafeInteger(lookedAt) || !Number.isSafeInteger(untilAt) || untilAt === 0) return undefined;
  const adopters: number[] = [];
  const pids = (words[5] as string).split(",");
  for (let at = 0; at < pids.length; at++) adopters.push(Number(pids[at]));
  return { lookedAt, untilAt, asked: words[4] as string, adopters, adopted: words[6] as string };
}

/** Whether all of these had been adopted. */
export function areKnown(adopted: readonly string[], rest: Rest, besides: readonly string[]): boolean {
  for (let at = 0; at < adopted.length; at++) {
    const pid = adopted[at] as string;
    if (!rest.adopted.includes(`,${pid},`) && !besides.includes(pid)) return false;
  }
  return true;
}

/** The same as it is written. */
export function formatRest(rest: Rest | undefined): string {
  if (rest === undefined) return `${NAME} 0 0 - 0 ,`;
  const { lookedAt, untilAt, asked, adopters, adopted } = rest;
  return `${NAME} ${lookedAt} ${untilAt} ${asked} ${adopters.join(",")} ${adopted}`;
}
