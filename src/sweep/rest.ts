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
  /** Whom they had adopted at that look. */
  readonly adopted: readonly string[];
}

/** The options that change what is found, in one word. */
export function askedFor({ minAgeMs, graceMs, confidence }: SweepOptions): string {
  return `${minAgeMs ?? ""}/${graceMs ?? ""}/${confidence ?? ""}`;
}

/** The first line of a memory; undefined when sweeps have to look. */
export function parseRest(text: string): Rest | undefined {
  const end = text.indexOf("\n");
  const words = text.slice(0, end < 0 ? 0 : end).split(" ");
  if (words.length !== 7 || `${words[0]} ${words[1]}` !== NAME) return undefined;
  const [, , looked, until, asked, adopters, adopted] = words as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const lookedAt = Number(looked);
  const untilAt = Number(until);
  if (!Number.isSafeInteger(lookedAt) || !Number.isSafeInteger(untilAt) || untilAt === 0) return undefined;
  return { lookedAt, untilAt, asked, adopters: adopters.split(",").map(Number), adopted: adopted.split(",") };
}

/** The same as it is written. */
export function formatRest(rest: Rest | undefined): string {
  if (rest === undefined) return `${NAME} 0 0 - 0 0`;
  const { lookedAt, untilAt, asked, adopters, adopted } = rest;
  return `${NAME} ${lookedAt} ${untilAt} ${asked} ${adopters.join(",")} ${adopted.join(",")}`;
}
