/**
 * Which columns are asked of `ps`, and how a line of them is read.
 *
 * The order is the defence. Only two columns hold what processes choose: the name, of 16 bytes at
 * most, and the command line. The name stands in the middle: a line break in it (macOS prints it as it
 * is) tears its row, but neither piece can be a row, for before a name come a start of 24 characters,
 * which 16 bytes cannot hold, and after it come numbers where a row has a start. So torn rows are
 * mended, not believed. The command line stands last; every `ps` that we know writes its line breaks
 * as something else, and one that does not betrays itself (see run.ts).
 *
 * @module
 */
import { parseElapsed, parseProcessorTime, parseStart } from "./times.ts";

/** The kinds of `ps` that are spoken to. */
export type Dialect = "darwin" | "procps";

const BEFORE_NAME = ["pid", "ppid", "pgid", "tty", "stat", "lstart"];
const AFTER_NAME = ["uid", "tpgid", "rss", "time", "etime"];

/** What follows `ps` on its command line to get these columns, without headers, uncut. */
export function columns(dialect: Dialect): string[] {
  // `ucomm` is the kernel's name; `comm` on macOS is argv[0]. procps widens the column for nobody.
  const name = dialect === "darwin" ? "ucomm" : "comm:15";
  // On macOS `sess` is a kernel address (0 since its kernel hides them), no pid.
  const more = dialect === "darwin" ? [] : ["sess", "nlwp"];
  const keys = [...BEFORE_NAME, name, ...AFTER_NAME, ...more, dialect === "darwin" ? "command" : "args"];
  // One -o each: with several in one, POSIX takes all that follows a `=` for the header.
  return ["-ww", ...keys.flatMap((key) => ["-o", `${key}=`])];
}

/** One line of `ps`, read but not yet judged. */
export interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly tty: string;
  readonly stat: string;
  /** Epoch seconds. */
  readonly start: number | undefined;
  readonly name: string;
  readonly uid: number;
  readonly tpgid: number;
  readonly rssKibibytes: number;
  readonly processorSeconds: number | undefined;
  readonly elapsedSeconds: number | undefined;
  readonly sid: number | undefined;
  readonly threads: number | undefined;
  readonly command: string;
}

const LEAD = String.raw`^ *(\d{1,10}) +(\d{1,10}) +(\d{1,10}) +(\S{1,32}) +([A-Za-z?][^ \n]{0,15}) +` +
  String.raw`([A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d +\d{4}) `;
const NUMBERS = String.raw`(-?\d{1,10}) +(-?\d{1,10}) +(\d{1,15}) +([\d:.-]{4,20}) +([\d:-]{4,20})`;
/** Lazy and bounded: the first place where the numbers fit ends the name. */
const NAME = String.raw` *([^]{0,64}?) +`;
const ROW: Readonly<Record<Dialect, RegExp>> = {
  darwin: new RegExp(`${LEAD}${NAME}${NUMBERS}(?: ([^\n]*))?$`),
  procps: new RegExp(String.raw`${LEAD}${NAME}${NUMBERS} +(\d{1,10}) +(\d{1,10})(?: ([^\n]*))?$`),
};
const TORN = new RegExp(LEAD);
/** A name of 16 line breaks is in 17 pieces. */
const MOST_PIECES = 17;

/** What a run of `ps` printed. */
export interface Printed {
  readonly rows: readonly Row[];
  /** Lines that are no row and part of none. */
  readonly unreadable: number;
}

/** Reads what `ps` printed with our columns. Never throws; what is no row is counted, not believed. */
export function parseRows(text: string, dialect: Dialect): Printed {
  const rows: Row[] = [];
  let unreadable = 0;
  let torn: string[] = [];
  const giveUp = (): void => {
    unreadable += torn.length;
    torn = [];
  };
  const lines = text.split("\n");
  // What follows the last line's end is no line.
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    if (torn.length > 0) {
      const mended = parseRow([...torn, line].join("\n"), dialect);
      if (mended !== undefined) {
        rows.push(mended);
        torn = [];
        continue;
      }
    }
    const row = parseRow(line, dialect);
    if (row !== undefined) {
      giveUp();
      rows.push(row);
    } else if (TORN.test(line)) {
      giveUp();
      torn = [line];
    } else if (torn.length > 0 && torn.length < MOST_PIECES) torn.push(line);
    else if (line !== "") unreadable++;
  }
  giveUp();
  return { rows, unreadable };
}

function parseRow(line: string, dialect: Dialect): Row | undefined {
  const parts = ROW[dialect].exec(line);
  if (parts === null) return undefined;
  const text = (at: number): string => parts[at] ?? "";
  const number = (at: number): number => Number(parts[at]);
  const isLinux = dialect === "procps";
  return {
    pid: number(1),
    ppid: number(2),
    pgid: number(3),
    tty: text(4),
    stat: text(5),
    start: parseStart(text(6)),
    name: text(7).trimEnd(),
    uid: number(8),
    tpgid: number(9),
    rssKibibytes: number(10),
    processorSeconds: parseProcessorTime(text(11)),
    elapsedSeconds: parseElapsed(text(12)),
    sid: isLinux ? number(13) : undefined,
    threads: isLinux ? number(14) : undefined,
    command: text(isLinux ? 15 : 13),
  };
}
