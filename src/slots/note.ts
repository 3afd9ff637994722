/**
 * What stands in a slot's file, for people and for the program whose format it is: `pid=4711` on a
 * line of its own, the first. The lines after it are ours; the original passes over them.
 *
 * @module
 */
import { redactText } from "../redact.ts";
import { visible } from "../text.ts";
import type { SlotHolder, TakenSlot } from "./store.ts";

const LONGEST_VALUE = 400;

/** A note as it was read. */
export type Note = Omit<TakenSlot, "slot"> & {
  /** Somebody asked its keeper to let go. */
  readonly asked?: boolean;
};

/** The line that asks a keeper to let go. */
export const ASK = "release=asked\n";

/** The text of a note. */
export function writeNote(holder: SlotHolder, since: Date, max: number): string {
  const values: readonly (readonly [string, string | number | undefined])[] = [
    ["pid", holder.pid],
    ["start", holder.startToken],
    ["since", since.toISOString()],
    ["max", max],
    ["keeper", holder.keeper],
    ["command", holder.command],
  ];
  return values.flatMap(([name, value]) => value === undefined ? [] : [`${name}=${oneLine(String(value))}\n`]).join("");
}

/** Reads a note that anybody may have written; undefined when nothing is in it. */
export function readNote(text: string): Note | undefined {
  if (text.trim() === "") return undefined;
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    const name = line.slice(0, at);
    // The first counts, as for the original.
    if (at > 0 && !values.has(name)) values.set(name, line.slice(at + 1).replace(/\r$/, ""));
  }
  const pid = whole(values.get("pid"));
  const max = whole(values.get("max"));
  const keeper = whole(values.get("keeper"));
  const since = values.get("since");
  const startToken = values.get("start");
  const command = values.get("command");
  return {
    ...(pid === undefined ? {} : {
      holder: {
        pid,
        ...(startToken === undefined ? {} : { startToken: oneLine(startToken) }),
        ...(command === undefined ? {} : { command: oneLine(redactText(command)) }),
        ...(keeper === undefined ? {} : { keeper }),
      },
    }),
    ...(since !== undefined && isTime(since) ? { since } : {}),
    ...(max === undefined ? {} : { max }),
    ...(values.get("release") === "asked" ? { asked: true } : {}),
  };
}

function oneLine(value: string): string {
  return visible(value).slice(0, LONGEST_VALUE);
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}
