/**
 * `/proc/<pid>/stat` (proc_pid_stat(5)): the one line that everything starts from.
 *
 * @module
 */
import type { Draft } from "../../../src/contract.ts";
import { ParseError } from "../../../src/errors.ts";
import type { Clock } from "./clock.ts";

/** `flags`: a thread of the kernel itself; it has no program and no arguments. */
const PF_KTHREAD = 0x00200000;

/**
 * The fields behind the name that the table has: state, ppid, pgrp, session, tty_nr, tpgid, flags, utime, stime,
 * num_threads, starttime, rss. Found by one native call; a split of the line takes twice as long, and walking its
 * bytes ten times as long, for nothing here is compiled (see threads.ts).
 */
const FIELDS =
  /(\S) (\d+) (-?\d+) (-?\d+) (-?\d+) (-?\d+) (\d+) \d+ \d+ \d+ \d+ (\d+) (\d+) -?\d+ -?\d+ -?\d+ -?\d+ (\d+) -?\d+ (\d+) \d+ (\d+)/y;

type Fields = Readonly<Record<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12, string>>;

/**
 * The base facts. The short name stands between the first and the *last* parenthesis: it may hold
 * any of `) ( newline` itself, the fields behind it cannot.
 *
 * One literal in one order for all: the whole table shares a hidden class.
 *
 * @throws {ParseError} When the line is not one of this file.
 */
export function parseStat(line: string, clock: Clock): Draft {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  FIELDS.lastIndex = close + 2;
  const field = FIELDS.exec(line) as unknown as Fields | null;
  const pid = +line.slice(0, open);
  if (field === null || open < 2 || close < open || !(pid > 0)) throw damaged(line);
  const draft: Draft = {
    pid,
    ppid: +field[2],
    name: line.slice(open + 1, close),
    startedAt: clock.bootMs + (+field[11] * 1000) / clock.ticksPerSecond,
    startToken: field[11],
    state: field[1],
    pgid: +field[3],
    sid: +field[4],
    tpgid: +field[6],
    tty: field[5] === "0" ? null : terminalName(+field[5]),
    rss: +field[12] * clock.pageBytes,
    cpuSeconds: (+field[8] + +field[9]) / clock.ticksPerSecond,
    threads: +field[10],
  };
  if ((+field[7] & PF_KTHREAD) !== 0) {
    draft.argv = null;
    draft.exe = null;
  }
  return draft;
}

/**
 * Whether the kernel had let go of it while the line was written: it has collected it, and knows no group, session or
 * terminal of it any more (do_task_stat in fs/proc/array.c begins with -1).
 */
export function isReleased({ pgid }: Draft): boolean {
  return pgid === -1;
}

/** Only the start: to tell whether a number still means the same process. */
export function parseStart(line: string): string | undefined {
  return line.slice(line.lastIndexOf(")") + 2).split(" ", 20)[19];
}

function damaged(line: string): ParseError {
  return new ParseError(`stat: not a line of /proc/<pid>/stat: ${JSON.stringify(line.slice(0, 80))}`);
}

/**
 * A terminal's name from its device number, as `ps` prints it
 * (Documentation/admin-guide/devices.txt). The number is split as `new_encode_dev` joins it.
 */
export function terminalName(device: number): string | null {
  if (device === 0) return null;
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${minor + (major - 136) * 256}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  if (major === 5) return minor === 1 ? "console" : `tty${minor === 0 ? "" : `:${minor}`}`;
  if (major === 204 && minor >= 64 && minor < 80) return `ttyAMA${minor - 64}`;
  if (major === 229) return `hvc${minor}`;
  if (major === 188) return `ttyUSB${minor}`;
  if (major === 166) return `ttyACM${minor}`;
  return `${major}:${minor}`;
}
