/**
 * A Mac out of texts: what its ps, lsof and launchctl print, composed after their sources and man
 * pages, not recorded on one. Our own process and the ps that asks are put in at each call.
 *
 * @module
 */
import type { Output, Tools } from "../../plugins/backends/ps/run.ts";

/** A process of the Mac; numbers and texts as ps has them. */
export interface MacProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly name: string;
  readonly command: string;
  readonly uid?: number;
  readonly tty?: string;
  readonly stat?: string;
  /** Epoch seconds. */
  readonly start?: number;
  readonly pgid?: number;
  /** Foreground group of its terminal. */
  readonly tpgid?: number;
  /** What `-E` shows behind the command line; of Apple's own programs the kernel shows nothing. */
  readonly environment?: string;
}

/** What the Mac answers. A missing program is not installed. */
export interface Mac {
  readonly processes: readonly MacProcess[];
  readonly lsof?: (parameters: readonly string[]) => string;
  readonly launchctl?: (parameters: readonly string[]) => Partial<Output>;
  /** What ps makes of a line break in a command line; Apple's writes ^J. */
  readonly lineBreak?: string;
  /** Minutes by which ps is in another zone than it was asked to be. */
  readonly offMinutes?: number;
  /** Leave our own row out. */
  readonly withoutOurselves?: boolean;
}

const PS_PID = 99_901;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (number: number): string => String(number).padStart(2, "0");

/** The C locale's `%c`. */
function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${date.getUTCFullYear()}`;
}

/** Tools that answer as this Mac would; every call is noted in `calls`. */
export function toolsOf(mac: Mac): Tools & { readonly calls: string[]; mac: Mac } {
  const calls: string[] = [];
  const tools = {
    calls,
    mac,
    find: (paths: readonly string[]) =>
      paths.find((path) =>
        path === "/bin/ps" || path === "/usr/sbin/sysctl" ||
        (path === "/usr/sbin/lsof" && tools.mac.lsof !== undefined) ||
        (path === "/bin/launchctl" && tools.mac.launchctl !== undefined)
      ),
    run(path: string, parameters: readonly string[], as?: string): Output | string {
      calls.push([path, ...parameters].join(" "));
      const answer = (text: string): Output => ({ pid: PS_PID, status: 0, text, errors: "" });
      if (path === "/usr/sbin/sysctl") return answer("5ACD8377-18AA-4DFD-AB01-714A7F0A500E\n");
      if (path === "/usr/sbin/lsof") return answer(tools.mac.lsof?.(parameters) ?? "");
      if (path === "/bin/launchctl") return { ...answer(""), ...tools.mac.launchctl?.(parameters) };
      return answer(table(tools.mac, parameters, as ?? path));
    },
  };
  return tools;
}

function table(mac: Mac, parameters: readonly string[], as: string): string {
  const now = Math.floor(Date.now() / 1000);
  const selected = parameters.includes("-p") ? parameters.at(-1)?.split(",").map(Number) : undefined;
  const ourselves: MacProcess = {
    pid: process.pid,
    ppid: process.ppid,
    name: "agent-reaper",
    command: "agent-reaper",
    start: now - 5,
  };
  const asking: MacProcess = { pid: PS_PID, ppid: process.pid, name: "ps", command: `${as} -A`, start: now };
  const all = [...mac.processes, ...(mac.withoutOurselves === true ? [] : [ourselves]), asking];
  const withEnvironment = parameters.includes("-E");
  return all.filter((one) => selected === undefined || selected.includes(one.pid)).map((one) =>
    line(
      withEnvironment && one.environment !== undefined ? { ...one, command: `${one.command} ${one.environment}` } : one,
      mac,
      now,
    )
  )
    .join("");
}

function line(one: MacProcess, mac: Mac, now: number): string {
  const start = one.start ?? now - 86_400 - 8;
  const age = now - start;
  const days = Math.floor(age / 86_400);
  const hours = Math.floor(age / 3600) % 24;
  const short = `${two(Math.floor(age / 60) % 60)}:${two(age % 60)}`;
  const elapsed = days > 0 ? `${two(days)}-${two(hours)}:${short}` : hours > 0 ? `${two(hours)}:${short}` : short;
  const right = (value: number | string, columns: number): string => String(value).padStart(columns);
  return `${right(one.pid, 5)} ${right(one.ppid, 5)} ${right(one.pgid ?? one.pid, 5)} ${(one.tty ?? "??").padEnd(8)} ` +
    `${(one.stat ?? "S").padEnd(4)} ${dateText(start + (mac.offMinutes ?? 0) * 60).padEnd(28)} ` +
    `${one.name.padEnd(16)} ${right(one.uid ?? 501, 5)} ${right(one.tpgid ?? 0, 4)} ${right(2048, 6)} ${
      right("0:00.08", 9)
    } ` +
    `${right(elapsed, 20)} ${one.command.replaceAll("\n", mac.lineBreak ?? "^J")}\n`;
}
