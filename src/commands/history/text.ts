/**
 * The ledger for people.
 *
 * @module
 */
import { type Paint, paint } from "../../../plugins/reporters/text/paint.ts";
import type { Format, Outcome } from "../../contract.ts";
import type { ActionRow, HealthRow, RunRow } from "../../ledger/rows.ts";
import { STILL_THERE } from "../../report.ts";
import { clip, formatBytes, padEnd, padStart, visible, when, wrap } from "../../text.ts";
import { bar, sparkline } from "./bars.ts";

/** What is shown. */
export interface Shown {
  readonly actions: readonly ActionRow[];
  readonly runs: readonly RunRow[];
  readonly health: readonly HealthRow[];
  readonly since: number;
}

/** How it is shown. */
export interface HistoryFormat extends Format {
  readonly blocks: boolean;
  /** The machine is one of several. */
  readonly hosts: boolean;
}

const DONE: ReadonlySet<string> = new Set(["ended", "killed", "gone", "removed", "replaced", "quarantined"]);
const MOST_LINES = 200;
/** Lines of one action: its reason is what somebody reads here. */
const MOST_OF_ONE = 3;
const LONGEST_OUTCOME = "quarantined".length;
const LONGEST_BAR = 40;

/** Plots, then what was done, the latest last. */
export function historyText(shown: Shown, format: HistoryFormat): string {
  const style = paint(format.colour);
  const { actions, runs } = shown;
  const lines: string[] = [];
  if (actions.length === 0) {
    const looked = runs.length === 0 ? "" : ` ${counted(runs.length, "run")} found nothing to do.`;
    lines.push(...wrap(`Nothing was ended or removed since ${when(shown.since)}.${looked}`, format.columns));
  } else {
    lines.push(...days(actions, format, style), "");
    const told = format.all ? actions : actions.slice(-MOST_LINES);
    if (told.length < actions.length) {
      lines.push(style.faint(`(the last ${told.length} of ${actions.length}; --all shows them all)`));
    }
    for (const action of told) lines.push(...line(action, format, style));
    lines.push("", ...wrap(sum(actions), format.columns).map(style.strong));
  }
  lines.push(...healthLines(shown.health, format, style));
  return lines.map((text) => `${text}\n`).join("");
}

/** What was ended, and the memory that it held, day by day. */
function days(actions: readonly ActionRow[], { columns, blocks }: HistoryFormat, style: Paint): string[] {
  const byDay = new Map<string, { count: number; bytes: number }>();
  for (const action of actions) {
    const key = when(action.at).slice(0, 10);
    const day = byDay.get(key) ?? { count: 0, bytes: 0 };
    if (isEnded(action)) {
      day.count++;
      // The disk's gigabytes would say nothing of memory.
      if (action.path === undefined) day.bytes += freed(action);
    }
    byDay.set(key, day);
  }
  const rows = [...byDay];
  const counts = Math.max(...rows.map(([, { count }]) => count));
  const bytes = Math.max(...rows.map(([, day]) => day.bytes));
  const room = Math.min(LONGEST_BAR, Math.max(5, Math.floor((columns - 10 - 2 - 8 - 12) / 2)));
  return [
    style.faint(`${padEnd("day", 10)}  ${padStart("ended", 6)} ${" ".repeat(room)} ${padStart("memory", 9)}`),
    ...rows.map(([name, day]) =>
      `${name}  ${padStart(String(day.count), 6)} ${style.green(padEnd(bar(day.count, counts, room, blocks), room))} ${
        padStart(formatBytes(day.bytes), 9)
      } ${style.cyan(bar(day.bytes, bytes, room, blocks))}`.trimEnd()
    ),
  ];
}

function line(action: ActionRow, { columns, hosts }: HistoryFormat, style: Paint): string[] {
  const outcome = action.outcome ?? "open";
  const colour = DONE.has(outcome) ? style.green : outcome === "open" ? style.yellow : style.red;
  const host = hosts ? `${visible(action.host ?? "?")} ` : "";
  const subject = action.path === undefined
    ? [action.pid, visible(action.family ?? action.name ?? ""), action.role ?? ""].filter((part) => part !== "").join(
      " ",
    )
    : visible(action.path);
  const memory = freed(action) === 0 ? "" : `, ${formatBytes(freed(action))}`;
  const head = `${when(action.at).slice(5, 16)}  ${colour(padEnd(outcome, LONGEST_OUTCOME))}  `;
  const isLeft = STILL_THERE.has(outcome as Outcome);
  const because = (isLeft ? action.outcomeBecause : undefined) ?? action.because;
  const rest = `${host}${subject}${memory}${because === undefined ? "" : `: ${visible(because)}`}`;
  const indent = 15 + LONGEST_OUTCOME;
  const room = columns - indent;
  const lines = wrap(rest, room);
  const shown = lines.slice(0, MOST_OF_ONE - 1);
  if (lines.length > shown.length) shown.push(clip(lines.slice(shown.length).join(" "), room));
  return shown.map((text, at) => at === 0 ? `${head}${text}` : `${" ".repeat(indent)}${text}`);
}

function sum(actions: readonly ActionRow[]): string {
  const ended = actions.filter(isEnded);
  const bytes = ended.reduce((total, action) => total + freed(action), 0);
  const open = actions.filter(({ outcome }) => outcome === undefined).length;
  const left = actions.filter(({ outcome }) => outcome !== undefined && !DONE.has(outcome)).length;
  const parts = [`${ended.length} of ${actions.length} ended or removed, ${formatBytes(bytes)} came free`];
  const aside = actions.filter(({ outcome }) => outcome === "quarantined").length;
  if (aside > 0) parts.push(`${aside} moved aside`);
  if (left > 0) parts.push(`${left} not`);
  if (open > 0) parts.push(`${open} open: the run is at it, or was cut off and the next one finishes it`);
  return `${parts.join("; ")}.`;
}

function healthLines(health: readonly HealthRow[], { columns, blocks }: HistoryFormat, style: Paint): string[] {
  if (health.length < 2) return [];
  const shares = health.map(({ details }) => memoryShare(details));
  const rank = ["ok", "unknown", "warning", "critical"];
  const room = columns - 20;
  return [
    "",
    `${padEnd("memory in use", 18)}  ${style.cyan(sparkline(shares, 1, room, blocks))}`,
    `${padEnd("trouble", 18)}  ${
      style.yellow(sparkline(
        health.map(({ status }) => Math.max(0, rank.indexOf(status))),
        rank.length - 1,
        room,
        blocks,
      ))
    }`,
    style.faint(
      `${when((health[0] as HealthRow).at).slice(0, 16)} to ${when((health.at(-1) as HealthRow).at).slice(0, 16)}`,
    ),
  ];
}

function memoryShare(details: Readonly<Record<string, unknown>>): number {
  const total = Number(details["mem_total_mb"]);
  const free = Number(details["free_mem_mb"]);
  return total > 0 && free >= 0 ? 1 - free / total : 0;
}

/** Whether something is not there any more by what we did. */
function isEnded({ outcome }: ActionRow): boolean {
  return outcome === "ended" || outcome === "killed" || outcome === "removed";
}

/** Memory that an ended process held, or disk that came free. */
function freed(action: ActionRow): number {
  if (!isEnded(action)) return 0;
  return action.freedBytes ?? action.rssBytes ?? 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
