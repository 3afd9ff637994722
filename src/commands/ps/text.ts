/**
 * `ps` for people: a line a tree, what each family takes, and what could be had back.
 *
 * @module
 */
import { type Paint, paint } from "../../../plugins/reporters/text/paint.ts";
import { commandLine, counted, treeLines } from "../../../plugins/reporters/text/tree.ts";
import { formatDuration } from "../../duration.ts";
import { type AgentTree, byFamily, isForReap, type Sum, sumOf } from "../../ps/trees.ts";
import { bar } from "../history/bars.ts";
import { clip, clipMiddle, formatBytes, padEnd, padStart, visible, wrap } from "../../text.ts";

/** What is to be told. */
export interface Seen {
  readonly trees: readonly AgentTree[];
  /** How many trees there are, wanted or not. */
  readonly of: number;
  readonly takenAt: number;
  /** Shown as `~`. */
  readonly home: string;
  /** Whether it is of this machine, and now: of another nothing can be had back here. */
  readonly live: boolean;
  /** Whether the terminal shows block characters. */
  readonly blocks: boolean;
}

/** How a column is filled; those that give way first where there is little room have the highest number. */
interface Column {
  readonly head: string;
  readonly most: number;
  /** How narrow it gets where no column is left to give way. */
  readonly least?: number;
  readonly right?: boolean;
  readonly givesWay: number;
  readonly text: (tree: AgentTree) => string;
  readonly style?: (tree: AgentTree, paint: Paint) => (text: string) => string;
}

/** A command is to be read this far at least, before a column goes. */
const LEAST_COMMAND = 24;
const GAP = 2;
const BAR = 24;
const LEAST_BAR = 10;
/** The whole tree is shown to who asks for it. */
const ALL = 1_000_000;

const COLUMNS: readonly Column[] = [
  { head: "PID", most: 7, right: true, givesWay: 0, text: ({ finding }) => String(finding.root.pid) },
  {
    head: "FAMILY",
    most: 14,
    givesWay: 0,
    text: ({ finding }) => visible(finding.claim.family),
    style: (_, { strong }) => strong,
  },
  {
    head: "WHOSE",
    most: 26,
    least: 12,
    givesWay: 1,
    text: whose,
    style: ({ finding }, colours) => verdictColour(finding.verdict, colours),
  },
  { head: "SESSION", most: 14, givesWay: 5, text: ({ session }) => visible(session ?? "") },
  { head: "AGE", most: 7, right: true, givesWay: 2, text: ({ ageMs }) => ageMs === undefined ? "" : short(ageMs) },
  {
    head: "CPU",
    most: 7,
    right: true,
    givesWay: 4,
    text: ({ cpuSeconds }) => cpuSeconds === undefined ? "" : short(cpuSeconds * 1000),
  },
  { head: "PROCS", most: 5, right: true, givesWay: 3, text: ({ finding }) => String(finding.members.length) },
  {
    head: "MEMORY",
    most: 8,
    right: true,
    givesWay: 0,
    text: ({ rssBytes }) => rssBytes === undefined ? "" : formatBytes(rssBytes),
    style: (_, { strong }) => strong,
  },
];

/** The text. `whole`: with every process of each tree. */
export function psText(seen: Seen, columns: number, colour: boolean, whole: boolean): string {
  const style = paint(colour);
  const { trees, of } = seen;
  if (trees.length === 0) {
    const none = of === 0
      ? "No agents run here."
      : `No such agents. There ${of === 1 ? "is one" : `are ${of}`} in all: agent-reaper ps`;
    return `${none}\n`;
  }
  const shown = chosen(trees, columns);
  const lines = [
    style.faint(shown.map((column) => cell(column, column.head)).join(" ".repeat(GAP)) + "  COMMAND"),
    ...trees.flatMap((
      tree,
    ) => [line(tree, shown, seen, columns, style), ...(whole ? below(tree, seen, columns, style) : [])]),
    "",
    ...families(trees, seen, columns, style),
    "",
    ...totals(seen, columns, style),
  ];
  return lines.map((one) => `${one.trimEnd()}\n`).join("");
}

type Fitted = Column & { readonly columns: number };

/** As wide as their contents, and as many as leave room for the command. */
function chosen(trees: readonly AgentTree[], columns: number): Fitted[] {
  const fitted = COLUMNS.map((column) => {
    const widest = Math.max(...trees.map((tree) => Bun.stringWidth(column.text(tree))));
    return { ...column, columns: Math.min(column.most, Math.max(column.head.length, widest)), isEmpty: widest === 0 };
  }).filter(({ isEmpty }) => !isEmpty);
  const used = (some: readonly Fitted[]) => some.reduce((sum, one) => sum + one.columns + GAP, 0);
  let shown: Fitted[] = fitted;
  while (columns - used(shown) < LEAST_COMMAND) {
    const first = Math.max(...shown.map(({ givesWay }) => givesWay));
    if (first <= 1) break;
    shown = shown.filter(({ givesWay }) => givesWay !== first);
  }
  const missing = LEAST_COMMAND - (columns - used(shown));
  if (missing <= 0) return shown;
  return shown.map((one) => one.least === undefined ? one : { ...one, columns: narrowed(one, one.least, missing) });
}

function narrowed({ columns }: Fitted, least: number, by: number): number {
  return Math.min(columns, Math.max(least, columns - by));
}

function cell({ columns, right = false }: Fitted, text: string): string {
  const cut = clip(text, columns);
  return right ? padStart(cut, columns) : padEnd(cut, columns);
}

function line(tree: AgentTree, shown: readonly Fitted[], { home }: Seen, columns: number, style: Paint): string {
  const cells = shown.map((column) => (column.style?.(tree, style) ?? String)(cell(column, column.text(tree))));
  const used = shown.reduce((sum, one) => sum + one.columns + GAP, 0);
  const room = Math.max(8, columns - used);
  const command = commandLine(tree.finding.root, home);
  const fits = Bun.stringWidth(command) <= room;
  return `${cells.join(" ".repeat(GAP))}  ${
    fits ? command : clipMiddle(commandLine(tree.finding.root, home, room), room)
  }`;
}

/** Its processes, and what was decided about it and why. */
function below({ finding }: AgentTree, { takenAt, home }: Seen, columns: number, style: Paint): string[] {
  const page = { columns, paint: style, takenAt, home };
  const why = wrap(visible(finding.because), columns - 9).map((text) => `         ${style.faint(text)}`);
  return [...why, ...treeLines(finding, page, ALL)];
}

/** Whose it is, in a word or two. */
function whose({ finding, owner }: AgentTree): string {
  const { verdict, responsible } = finding;
  if (responsible.who === "living" && verdict !== "stale") {
    return owner?.name === undefined ? verdict : visible(`owned by ${owner.name}`);
  }
  return verdict;
}

function verdictColour(verdict: string, { strong, red, yellow, green }: Paint): (text: string) => string {
  if (verdict === "orphan" || verdict === "stale") return (text) => strong(red(text));
  if (verdict === "owned" || verdict === "healthy") return green;
  return yellow;
}

/** The two largest units, without blanks: `3d2h`, `12m5s`, `48s`. */
function short(ms: number): string {
  if (ms < 1000) return "0s";
  return formatDuration(ms).split(" ").slice(0, 4).join("").replace("min", "m");
}

/** What each family takes, with a bar beside the largest. */
function families(trees: readonly AgentTree[], { blocks }: Seen, columns: number, style: Paint): string[] {
  const sums = byFamily(trees);
  const most = Math.max(...sums.map(({ rssBytes }) => rssBytes ?? 0), 1);
  const names = Math.min(20, Math.max(...sums.map(({ family }) => Bun.stringWidth(visible(family)))));
  const told = sums.map((sum) =>
    `${counted(sum.trees, "tree", "trees")}, ${counted(sum.processes, "process", "processes")}`
  );
  const room = columns - names - 8 - Math.max(...told.map((text) => text.length)) - 3 * GAP;
  const size = Math.min(BAR, room);
  return sums.map(({ family, rssBytes }, at) => {
    const plot = size < LEAST_BAR ? "" : `${style.cyan(padEnd(bar(rssBytes ?? 0, most, size, blocks), size))}  `;
    const memory = padStart(rssBytes === undefined ? "" : formatBytes(rssBytes), 8);
    return `${style.strong(padEnd(clip(visible(family), names), names))}  ${plot}${memory}  ${
      style.faint(told[at] as string)
    }`;
  });
}

function totals({ trees, live }: Seen, columns: number, style: Paint): string[] {
  const all = sumOf(trees);
  const reapable = sumOf(trees.filter(isForReap));
  const lines = wrap(
    `${counted(all.trees, "tree", "trees")}, ${counted(all.processes, "process", "processes")}${memoryOf(all, ", ")}.`,
    columns,
  ).map(style.strong);
  if (reapable.trees === 0) return lines;
  const held = reapable.rssBytes === undefined
    ? ""
    : ` ${reapable.trees === 1 ? "holds" : "hold"} ${formatBytes(reapable.rssBytes)}`;
  const text = `${counted(reapable.trees, "orphan", "orphans")}${held}${live ? ": agent-reaper reap" : ""}`;
  return [...lines, ...wrap(text, columns).map((one) => style.strong(style.red(one)))];
}

function memoryOf({ rssBytes }: Sum, before: string): string {
  return rssBytes === undefined ? "" : `${before}${formatBytes(rssBytes)}`;
}
