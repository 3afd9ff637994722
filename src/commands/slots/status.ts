/**
 * `slots status`: who has slots, who waits, and what dead holders left.
 *
 * @module
 */
import { type Paint, paint } from "../../../plugins/reporters/text/paint.ts";
import { EXIT } from "../../complaint.ts";
import { formatDuration } from "../../duration.ts";
import type { SlotLimit } from "../../slots/limit.ts";
import type { SlotsLook, StaleSlot, TakenSlot } from "../../slots/store.ts";
import { ASKING, columns, isColoured, print, waitingFor } from "../../terminal.ts";
import { clip, clipMiddle, padEnd, padStart, safeJson, visible, wrap } from "../../text.ts";
import { version } from "../../version.ts";
import type { OutputOptions } from "../output.ts";
import { limitHere, openSlots, type WhichSlots } from "./ground.ts";
import { which } from "./run.ts";

/** What `slots status` takes. */
export interface StatusOptions extends WhichSlots, Pick<OutputOptions, "json" | "color"> {
  readonly max?: number;
}

/** Runs `slots status`. */
export async function status(options: StatusOptions): Promise<number> {
  const { store, machine, called } = openSlots(options);
  const look = await waitingFor(ASKING, store.look());
  const limit = limitOf(options.max, look, limitHere(machine));
  machine.close();
  if (options.json === true) {
    await print(`${safeJson(JSON.stringify(statusJson(called, store.place, limit, look), undefined, 2))}\n`);
  } else {
    const style = paint(isColoured(options.color, process.env));
    await print(page({ called, place: store.place, which: which(options) }, limit, look, columns(process.env), style));
  }
  return EXIT.fine;
}

/** What was typed; else what those went by who have slots; else what the machine can take. */
function limitOf(typed: number | undefined, { holders }: SlotsLook, here: SlotLimit): SlotLimit {
  if (typed !== undefined) return { max: typed, because: "as --max says" };
  const told = holders.flatMap(({ max }) => max ?? []);
  return told.length === 0 ? here : { max: Math.max(...told), because: "the --max that its holders go by" };
}

function statusJson(called: string, place: string, { max, because }: SlotLimit, look: SlotsLook) {
  const { holders, stale, waiting } = look;
  return {
    schemaVersion: 1,
    version,
    command: "slots status",
    name: called,
    place,
    max,
    maxBecause: because,
    active: holders.length,
    ...(waiting === undefined ? {} : { waiting }),
    pids: holders.flatMap(({ holder }) => holder?.pid ?? []),
    holders: holders.map(flat),
    stale: stale.map(flatStale),
  };
}

/** The same of one that is stale, with why. */
export function flatStale(one: StaleSlot): object {
  return { ...flat(one), because: one.because };
}

/** The holder's facts beside the slot's number. */
function flat({ slot, holder, since, max }: TakenSlot): object {
  return {
    slot,
    ...holder,
    ...(since === undefined ? {} : { since }),
    ...(max === undefined ? {} : { max }),
  };
}

function page(
  { called, place, which }: { readonly called: string; readonly place: string; readonly which: string },
  { max, because }: SlotLimit,
  { holders, stale, waiting }: SlotsLook,
  width: number,
  style: Paint,
): string {
  const waits = waiting === undefined ? "who waits is not known" : `${waiting} waiting`;
  const head = `${visible(called)}: ${holders.length} of ${max} taken, ${waits}`;
  const lines = [
    style.strong(clip(head, width)),
    ...[`${max}: ${because}`, clipMiddle(`in ${visible(place)}`, width)].flatMap((line) => wrap(line, width)).map(
      style.faint,
    ),
  ];
  if (holders.length > 0) lines.push("", ...table(holders, width, style));
  for (const { slot, because: why } of stale) {
    lines.push(
      "",
      ...wrap(`slot ${slot} is stale: ${visible(why)} (agent-reaper slots cleanup${which})`, width).map(style.yellow),
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}

function table(holders: readonly TakenSlot[], width: number, style: Paint): string[] {
  const rows = holders.map(({ slot, holder, since }) => [
    String(slot),
    String(holder?.pid ?? "?"),
    since === undefined ? "?" : formatDuration(Math.max(0, Date.now() - Date.parse(since))),
    visible([holder?.host, holder?.command ?? "?"].filter((part) => part !== undefined).join(": ")),
  ]);
  const heads = ["SLOT", "PID", "FOR"];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => (row[at] as string).length)));
  const fixed = widths.reduce((sum, one) => sum + one + 2, 0);
  const line = (cells: readonly string[]): string =>
    clip(
      widths.map((room, at) => at === 2 ? padEnd(cells[at] as string, room) : padStart(cells[at] as string, room)).join(
        "  ",
      ) +
        `  ${clipMiddle(cells[3] as string, Math.max(8, width - fixed))}`,
      width,
    );
  return [style.faint(line([...heads, "COMMAND"])), ...rows.map(line)];
}
