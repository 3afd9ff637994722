/**
 * What a round did, in a line for each tree: for a person, and for the log that a service writes to.
 *
 * @module
 */
import { counted } from "../../plugins/reporters/text/tree.ts";
import type { Finding, Result } from "../report.ts";
import { clean } from "../redact/report.ts";
import { formatBytes, safeJson, visible, when } from "../text.ts";
import type { Round } from "./round.ts";

const LONGEST = 1_000;

/** One thing that was done, or deliberately not. */
export interface Event {
  readonly what: string;
  readonly pid?: number;
  readonly path?: string;
  readonly family?: string;
  readonly because: string;
  readonly processes?: number;
  readonly rssBytes?: number;
}

/** What is worth telling of a round. */
export function eventsOf({ orphans, results, spared, standing, overLimit }: Round): Event[] {
  const events: Event[] = [];
  const byPid = new Map(
    [...standing, ...results].flatMap((result) => result.pid === undefined ? [] : [[result.pid, result] as const]),
  );
  for (const finding of orphans) {
    const result = byPid.get(finding.root.pid);
    if (result !== undefined) events.push(ofTree(finding, result.outcome, result));
  }
  for (const { path, outcome, because } of results) {
    if (path !== undefined) events.push({ what: outcome, path, because: because ?? "its owner is gone" });
  }
  for (const { finding, because } of spared) events.push({ ...ofTree(finding, "spared"), because });
  if (overLimit) {
    events.push({
      what: "nothing touched",
      because: `${counted(orphans.length, "tree", "trees")} would be ended, more than the limit allows`,
    });
  }
  // Told to others and kept in logs: without secrets.
  return events.map((event) => clean(event) as Event);
}

function ofTree({ root, members, claim, because }: Finding, what: string, result?: Result): Event {
  const rssBytes = members.reduce((bytes, { rss }) => bytes + (rss ?? 0), 0);
  const isLeft = result !== undefined && ["denied", "survived", "failed"].includes(result.outcome);
  return {
    what,
    pid: root.pid,
    family: claim.family,
    because: isLeft && result.because !== undefined ? result.because : because,
    processes: members.length,
    ...(rssBytes === 0 ? {} : { rssBytes }),
  };
}

/** What two rounds tell alike, however much memory it takes meanwhile. */
export function gistOf({ rssBytes: _memory, processes: _size, ...event }: Event): string {
  return lineOf(event);
}

/** What is said, as it stands in the log and on standard output. */
export function entryOf(event: object, line: string, ndjson: boolean): string {
  return ndjson ? safeJson(JSON.stringify(event)) : `${when(Date.now())}  ${line}`;
}

/** An event in one line. */
export function lineOf({ what, pid, path, family, because, processes, rssBytes }: Event): string {
  const size = [
    processes === undefined || processes === 1 ? "" : `${processes} processes`,
    rssBytes === undefined ? "" : formatBytes(rssBytes),
  ].filter((part) => part !== "").join(", ");
  const subject = [family, pid, path].filter((part) => part !== undefined).join(" ");
  const line = `${what}${subject === "" ? "" : ` ${subject}`}${size === "" ? "" : ` (${size})`}: ${because}`;
  return visible(line).slice(0, LONGEST);
}
