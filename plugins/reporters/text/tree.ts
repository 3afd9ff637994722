/**
 * A tree of processes as lines in columns.
 *
 * @module
 */
import {
  clipMiddle,
  type Finding,
  formatBytes,
  formatDuration,
  padEnd,
  padStart,
  type Process,
  visible,
  width,
} from "../../../src/contract.ts";
import { baseName, isZombie } from "../../../src/process.ts";
import type { Paint } from "./paint.ts";

/** Deeper down the lines stay where they are: the command is to be read, too. */
const DEEPEST_INDENT = 8;

/** Of an argument of 100 kB nobody reads more. */
const LONGEST_ARGUMENT = 600;

/** What the columns before the command take. */
const PID = 7;
const AGE = 11;
const SHORT_AGE = 6;
const MEMORY = 8;
const GAPS = 4;

/** Narrower than this the command needs the room more than the age its second unit. */
const NARROW = 80;

/** A path longer than this is shown by its end where the room is short. */
const LONG_PATH = 32;
/** What a path leaves of that room to `node ` and the like. */
const SHORT_PROGRAM = 7;

/** What the lines of one report share. */
export interface Page {
  readonly columns: number;
  readonly paint: Paint;
  readonly takenAt: number;
  /** Of whoever looked; shown as `~`. */
  readonly home: string;
  /** Options that who ends what is shown gives again. */
  readonly again?: readonly string[];
}

/** The heads of the columns. */
export function treeHead(page: Page): string {
  const age = padEnd("AGE", ageColumns(page));
  return page.paint.faint(`${padStart("PID", PID)}  ${age}${padStart("MEMORY", MEMORY)}  COMMAND`);
}

/** A process and all below it. */
type Tree = Pick<Finding, "root" | "members">;

/** The members of a tree, at most `most` of them. */
export function treeLines(finding: Tree, page: Page, most: number): string[] {
  const placed = place(finding);
  const room = page.columns - PID - ageColumns(page) - MEMORY - GAPS;
  const lines = placed.slice(0, most).map(({ process, branch }) => {
    const command = fitted(process, page.home, Math.max(8, room - branch.length));
    const age = padEnd(ageOf(process, page), ageColumns(page));
    const memory = process.rss === undefined ? "" : formatBytes(process.rss);
    return `${padStart(String(process.pid), PID)}  ${age}${padStart(memory, MEMORY)}  ` +
      page.paint.faint(branch) + command;
  });
  if (placed.length > most) {
    const rest = placed.slice(most).map(({ process }) => process);
    lines.push(`${" ".repeat(PID + 2)}${page.paint.faint(`… and ${sizeOf(rest)} more`)}`);
  }
  return lines;
}

function ageColumns({ columns }: Page): number {
  return columns < NARROW ? SHORT_AGE : AGE;
}

function ageOf({ startedAt }: Process, { takenAt, columns }: Page): string {
  if (startedAt === undefined) return "";
  const age = formatDuration(Math.max(0, takenAt - startedAt));
  return columns < NARROW ? age.split(" ").slice(0, 2).join(" ") : age;
}

/** Paths give way first, then what is in the middle. */
function fitted(process: Process, home: string, room: number): string {
  const whole = commandLine(process, home);
  return width(whole) <= room
    ? whole
    : clipMiddle(commandLine(process, home, Math.min(LONG_PATH, Math.max(1, room - SHORT_PROGRAM))), room);
}

interface Placed {
  readonly process: Process;
  /** The lines that lead to it. */
  readonly branch: string;
}

/** Each below its parent. A cycle in hostile data ends. */
function place({ root, members }: Tree): Placed[] {
  const children = new Map<number, Process[]>();
  for (const member of members) {
    if (member.pid === root.pid) continue;
    const siblings = children.get(member.ppid);
    if (siblings === undefined) children.set(member.ppid, [member]);
    else siblings.push(member);
  }
  const placed: Placed[] = [];
  const seen = new Set<number>();
  // A stack and no recursion: a tree may be thousands deep.
  const waiting: { process: Process; lead: string; own: string; depth: number }[] = [
    { process: root, lead: "", own: "", depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { process, lead, own, depth } = next;
    if (seen.has(process.pid)) continue;
    seen.add(process.pid);
    placed.push({ process, branch: lead + own });
    const below = depth === 0 ? "" : depth > DEEPEST_INDENT ? lead : lead + (own.startsWith("├") ? "│  " : "   ");
    const siblings = children.get(process.pid) ?? [];
    for (const [at, child] of siblings.toReversed().entries()) {
      waiting.push({ process: child, lead: below, own: at === 0 ? "└─ " : "├─ ", depth: depth + 1 });
    }
  }
  return placed;
}

/** `3 processes, 146 MiB`. */
export function sizeOf(processes: readonly Process[]): string {
  const known = processes.filter((process) => process.rss !== undefined);
  const bytes = known.reduce((sum, process) => sum + (process.rss as number), 0);
  return counted(processes.length, "process", "processes") + (known.length === 0 ? "" : `, ${formatBytes(bytes)}`);
}

/** `1 tree`, `2 trees`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A process's arguments on one line, safe to show; of longer paths only the last parts, if asked. */
export function commandLine(process: Process, home: string, longestPath?: number): string {
  const { argv, exe, name } = process;
  if (isZombie(process)) return `${visible(name ?? "?")} (ended, not collected)`;
  if (argv === undefined || argv === null || argv.length === 0) {
    return exe === undefined || exe === null ? `[${visible(name ?? "?")}]` : visible(tilde(exe, home));
  }
  let line = "";
  for (const element of argv) {
    // npm leaves the room of its erased arguments behind, as empty ones.
    if (line !== "" && element === "" && argv.at(-1) === "") continue;
    line += (line === "" ? "" : " ") +
      quoted(
        longestPath === undefined ? tilde(element, home) : shortened(element, home, line === "", longestPath),
        line === "",
      );
    if (line.length > LONGEST_ARGUMENT) break;
  }
  return visible(line);
}

/** Quoted where blanks would make one argument look like several. The first may be a title with blanks of its own. */
function quoted(element: string, isFirst: boolean): string {
  const shown = element.length > LONGEST_ARGUMENT ? `${element.slice(0, LONGEST_ARGUMENT)}…` : element;
  if (isFirst || !/[\s'"]|^$/.test(shown)) return shown;
  // npm has quotes of its own in what it gives a shell: `sh -c "'pi' --mode rpc"`.
  return shown.includes("'") && !/["$`\\!]/.test(shown) ? `"${shown}"` : `'${shown.replaceAll("'", "'\\''")}'`;
}

function shortened(element: string, home: string, isProgram: boolean, longest: number): string {
  if (!/^(?:\/|[A-Za-z]:\\)/.test(element)) return element;
  if (!isProgram && element.length <= longest) return tilde(element, home);
  // npm's title is one element with blanks: only what is a path all through is one.
  if (/\s[-/@]/.test(element)) return element;
  if (isProgram) return baseName(element);
  const cut = element.slice(-longest).search(/[\\/]/);
  return `…${cut < 0 ? `/${baseName(element)}` : element.slice(cut - longest)}`;
}

/** A path as people write it. */
export function tilde(path: string, home: string): string {
  if (home.length < 2 || !path.startsWith(home)) return path;
  const next = path[home.length];
  return next === undefined || next === "/" || next === "\\" ? `~${path.slice(home.length)}` : path;
}
