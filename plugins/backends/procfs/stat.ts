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
 * The base facts. The short name stands between the first and the *last* parenthesis: it may hold
 * any of `) ( newline` itself, the fields behind it cannot.
 *
 * One literal in one order for all: the whole table shares a hidden class.
 *
 * @throws {ParseError} When the line is not one of this file.
 */
export function parseStat(bytes: Buffer, length: number, clock: Clock): Draft {
  // One native copy and one native split; walking the bytes costs ten times that in the interpreter.
  const line = bytes.toString("latin1", 0, length);
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  const field = line.slice(close + 2).split(" ", 22);
  const pid = +line.slice(0, open);
  const ppid = +(field[1] as string);
  const start = field[19] as string;
  const started = +start;
  if (open < 2 || close < open || !(pid > 0) || !(ppid >= 0) || !(started >= 0) || start === "") throw damaged(line);
  const isKernelThread = (+(field[6] as string) & PF_KTHREAD) !== 0;
  const draft: Draft = {
    pid,
    ppid,
    name: shortName(bytes, line, open + 1, close),
    startedAt: Math.round(clock.bootMs + (started * 1000) / clock.ticksPerSecond),
    startToken: start,
    state: field[0] as string,
    pgid: +(field[2] as string),
    sid: +(field[3] as string),
    tpgid: +(field[5] as string),
    tty: field[4] === "0" ? null : terminalName(+(field[4] as string)),
    rss: +(field[21] as string) * clock.pageBytes,
    cpuSeconds: (+(field[11] as string) + +(field[12] as string)) / clock.ticksPerSecond,
    threads: +(field[17] as string),
  };
  if (!(draft.threads as number >= 0) || !((draft.rss as number) >= 0)) throw damaged(line);
  if (isKernelThread) {
    draft.argv = null;
    draft.exe = null;
  }
  return draft;
}

/** Only the start: to tell whether a number still means the same process. */
export function parseStart(bytes: Buffer, length: number): string | undefined {
  const line = bytes.toString("latin1", 0, length);
  return line.slice(line.lastIndexOf(")") + 2).split(" ", 20)[19];
}

function shortName(bytes: Buffer, line: string, from: number, to: number): string {
  const name = line.slice(from, to);
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) > 127) return bytes.toString("utf8", from, to);
  return name;
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
