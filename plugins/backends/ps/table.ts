/**
 * The table: one call of `ps`, checked against what we know for certain: our own row, the row of
 * that `ps`, and a name with a line break that we gave it.
 *
 * @module
 */
import type { Draft } from "../../../src/contract.ts";
import { Unseen } from "../../../src/errors.ts";
import { columns, type Dialect, parseRows, type Row } from "./columns.ts";
import type { Output, Tools } from "./run.ts";
import { exactStarts } from "./starts.ts";

/**
 * `ps` runs under this name and finds itself in the table. Were its line break printed as it is, a
 * program could write rows of its own: whole processes that do not exist.
 */
const CANARY = "line break of our own";
const CANARY_NAME = `ps\n${CANARY}`;
/** Start and age of one row may disagree with the clock by this: all three are cut to seconds. */
const CLOCK_MS = 3_000;
/** Linux: the kernel's own threads are this one and its children. */
const KTHREADD = 2;

/** What a look with `ps` brought. */
export interface Look {
  readonly drafts: Draft[];
  /** Printed command lines, for the comparison under a hold. */
  readonly commands: ReadonlyMap<number, string>;
  readonly unreadable: number;
  readonly twice: readonly number[];
  /** Starts cannot be trusted: our own is not what it should be. */
  readonly clockIsOff: boolean;
}

/**
 * Everything that `ps` lists.
 *
 * @throws {Unseen} when what it prints cannot be trusted.
 */
export function look(tools: Tools, ps: string, dialect: Dialect): Look {
  const beganMs = Date.now();
  const parent = process.ppid;
  const output = tools.run(ps, ["-A", ...columns(dialect)], CANARY_NAME);
  if (typeof output === "string") throw new Unseen(`no process table: ${output}${SANDBOX}`);
  return trust(output, dialect, ps, { beganMs, endedMs: Date.now(), parents: [parent, process.ppid] });
}

const SANDBOX = process.platform === "darwin" ? " (inside sandbox-exec ps is refused: run outside of it)" : "";

function trust(output: Output, dialect: Dialect, ps: string, span: Span): Look {
  const { text, status, errors, pid } = output;
  if (text.split("\n").some((line) => line.startsWith(CANARY))) {
    throw new Unseen(`${ps} prints line breaks of other programs as they are, so rows could be forged: not used`);
  }
  const { rows, unreadable } = parseRows(text, dialect);
  const own = rows.find((row) => row.pid === process.pid);
  if (own === undefined || !span.parents.includes(own.ppid)) {
    const because = rows.length === 0 ? `it ended with ${status}: ${firstLine(errors)}` : "we are not in it";
    throw new Unseen(`the table of ${ps} cannot be used: ${because}${SANDBOX}`);
  }
  if (!rows.some((row) => row.pid === pid && row.ppid === process.pid)) {
    throw new Unseen(`the table of ${ps} cannot be used: that ps itself is not in it`);
  }
  const clockIsOff = !isConsistent(own, span);
  const drafts = new Map<number, Draft>();
  const commands = new Map<number, string>();
  const twice: number[] = [];
  const starts = clockIsOff ? () => undefined : exactStarts(dialect, own);
  for (const row of rows) {
    // The one that asks is gone when the answer is read.
    if (row.pid === pid) continue;
    const known = drafts.get(row.pid);
    if (known !== undefined) {
      delete known.startToken;
      delete known.startedAt;
      twice.push(row.pid);
      continue;
    }
    const draft = draftOf(row, dialect);
    const start = starts(row);
    if (start !== undefined) {
      draft.startedAt = start.startedAt;
      draft.startToken = start.startToken;
    }
    drafts.set(row.pid, draft);
    commands.set(row.pid, row.command);
  }
  return { drafts: [...drafts.values()], commands, unreadable, twice, clockIsOff };
}

/** What held when a look began and when it ended. Our parent may have died in between. */
interface Span {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly parents: readonly number[];
}

/** A start in another time zone than the one asked for, or read as another date, does not fit the age. */
function isConsistent({ start, elapsedSeconds }: Row, { beganMs, endedMs }: Span): boolean {
  if (start === undefined || elapsedSeconds === undefined) return false;
  const seenMs = (start + elapsedSeconds) * 1000;
  return seenMs > beganMs - CLOCK_MS && seenMs < endedMs + CLOCK_MS;
}

/** A row in the words of the snapshot. Without its start, which only all rows together tell. */
export function draftOf(row: Row, dialect: Dialect): Draft {
  const state = row.stat[0] as string;
  const isNamed = !/^[?-]+$/.test(row.tty);
  // procps looks for the name below the process's own root: of a terminal that is not there it knows the group alone.
  const hasTerminal = isNamed || (dialect === "procps" && row.tpgid > 0);
  const draft: Draft = {
    pid: row.pid,
    ppid: row.ppid,
    name: row.name,
    // macOS prints nobody as -2.
    uid: row.uid < 0 ? row.uid + 2 ** 32 : row.uid,
    state,
    pgid: row.pgid,
    ...(isNamed ? { tty: row.tty } : hasTerminal ? {} : { tty: null }),
    rss: row.rssKibibytes * 1024,
  };
  if (row.sid !== undefined) draft.sid = row.sid;
  if (row.processorSeconds !== undefined) draft.cpuSeconds = row.processorSeconds;
  // Without a terminal there is no foreground group, whatever is printed: 0, or 100000 (NO_PID of XNU).
  if (!hasTerminal) draft.tpgid = -1;
  else if (dialect === "procps" || row.tpgid > 0) draft.tpgid = row.tpgid;
  if (row.threads !== undefined) draft.threads = row.threads;
  // On macOS only a process that has ended altogether is a zombie (SZOMB): no thread of it is left.
  else if (state === "Z") draft.threads = 0;
  const words = argumentsOf(row, dialect);
  if (words !== undefined) draft.argv = words;
  else draft.unread = { argv: "ps prints only its name" };
  if (draft.tty === undefined) draft.unread = { ...draft.unread, tty: "ps finds no name for it" };
  return draft;
}

/**
 * The printed line split at blanks: an argument with a blank is in pieces, which ps does not let us
 * undo. A name in brackets stands where there are no arguments to be had; a process can call itself
 * so, and then stays unknown, which harms nobody.
 */
function argumentsOf(row: Row, dialect: Dialect): string[] | null | undefined {
  const line = row.command.trim();
  if (row.stat.startsWith("Z") || / <defunct>$/.test(line)) return null;
  if (dialect === "procps") {
    if (line !== "" && !/^\[.*\]$/.test(line)) return line.split(/ +/);
    return isOfKernel(row) ? null : undefined;
  }
  if (row.pid === 0) return null;
  return line === "" || /^\(.*\)$/.test(line) ? undefined : line.split(/ +/);
}

/** In a pid namespace anybody may have that number; the kernel's own threads have no memory either. */
function isOfKernel({ pid, ppid, rssKibibytes }: Row): boolean {
  return (pid === KTHREADD || ppid === KTHREADD) && rssKibibytes === 0;
}

function firstLine(text: string): string {
  const line = text.split("\n").find((one) => one.trim() !== "") ?? "it printed nothing";
  return line.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 200);
}
