/**
 * What became of the targets.
 *
 * @module
 */
import {
  clipMiddle,
  formatBytes,
  type Outcome,
  type Process,
  type Report,
  type Result,
  visible,
  wrap,
} from "../../../src/contract.ts";
import { headed } from "./headed.ts";
import { commandLine, counted, type Page } from "./tree.ts";

/** Nothing more needs to be said of these. */
const DONE: ReadonlySet<Outcome> = new Set([
  "ended",
  "killed",
  "gone",
  "removed",
  "quarantined",
  "unregistered",
  "released",
]);

/** One line for each that did not simply end, and the sum. */
export function resultLines(report: Report, page: Page, all: boolean): string[] {
  const processes = new Map<number, Process>();
  for (const finding of report.findings) for (const member of finding.members) processes.set(member.pid, member);
  const lines: string[] = [];
  for (const [result, others] of together(report.results.filter(({ outcome }) => all || !DONE.has(outcome)))) {
    lines.push(...resultLine(result, others, processes, page));
  }
  lines.push(...wrap(sum(report, processes), page.columns).map(page.paint.strong));
  const left = report.results.filter((result) => !DONE.has(result.outcome) && result.outcome !== "replaced").length;
  if (left > 0) lines.push(page.paint.yellow(`${left} ${left === 1 ? "is" : "are"} left.`));
  return lines;
}

/** What lies on one full disk says the same a thousand times: once is enough. */
function together(results: readonly Result[]): [result: Result, others: number][] {
  const found = new Map<string, [Result, number]>();
  for (const [at, result] of results.entries()) {
    const { path, outcome, because } = result;
    const directory = path?.slice(0, Math.max(0, path.lastIndexOf("/"), path.lastIndexOf("\\")));
    const key = path === undefined || because === undefined ? String(at) : [outcome, because, directory].join("\0");
    const same = found.get(key);
    if (same === undefined) found.set(key, [result, 0]);
    else same[1]++;
  }
  return [...found.values()];
}

function resultLine(
  result: Result,
  others: number,
  processes: ReadonlyMap<number, Process>,
  page: Page,
): string[] {
  const { red, yellow, green } = page.paint;
  const style = DONE.has(result.outcome) ? green : result.outcome === "replaced" ? yellow : red;
  const process = result.pid === undefined ? undefined : processes.get(result.pid);
  const subject = result.path !== undefined
    ? `${visible(result.path)}${others === 0 ? "" : ` and ${others} beside it`}`
    : `${result.pid ?? "?"}${process === undefined ? "" : ` ${clipMiddle(commandLine(process, page.home), 60)}`}`;
  const because = result.because === undefined ? "" : `: ${visible(result.because)}`;
  return headed(page.paint.strong(style(result.outcome)), result.outcome, subject + because, page);
}

function sum({ results }: Report, processes: ReadonlyMap<number, Process>): string {
  const of = (...outcomes: Outcome[]) => results.filter((result) => outcomes.includes(result.outcome));
  const ended = of("ended", "killed");
  const killed = of("killed").length;
  const removed = of("removed");
  const held = ended.reduce((bytes, { pid }) => bytes + (processes.get(pid ?? -1)?.rss ?? 0), 0);
  const freed = removed.reduce((bytes, { freedBytes }) => bytes + (freedBytes ?? 0), 0);
  const parts: string[] = [];
  const quarantined = of("quarantined");
  const unregistered = of("unregistered").length;
  const released = of("released").length;
  const isOfDisk = results.some(({ path }) => path !== undefined);
  if (ended.length > 0 || (!isOfDisk && unregistered === 0)) {
    const force = killed === 0 ? "" : ` (${killed} by force)`;
    const memory = held === 0 ? "" : ` that held ${formatBytes(held)}`;
    parts.push(`ended ${counted(ended.length, "process", "processes")}${force}${memory}`);
  }
  if (removed.length > 0) {
    const disk = freed === 0 ? "" : `, ${formatBytes(freed)} on disk`;
    parts.push(`removed ${counted(removed.length, "leftover", "leftovers")}${disk}`);
  }
  if (quarantined.length > 0) {
    parts.push(
      `quarantined ${counted(quarantined.length, "leftover", "leftovers")} (agent-reaper undo puts them back)`,
    );
  }
  const gone = of("gone").length;
  if (gone > 0) parts.push(`${gone} had ended already`);
  if (unregistered > 0) {
    parts.push(`took ${counted(unregistered, "entry", "entries")} of processes that are gone off the registry`);
  }
  if (released > 0) parts.push(`released ${counted(released, "slot", "slots")} of dead holders`);
  const sentence = parts.length === 0 ? "nothing was taken away" : parts.join("; ");
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}
