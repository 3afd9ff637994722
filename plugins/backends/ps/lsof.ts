/**
 * Reads what `lsof -F` prints: one field a line, its first letter says which. lsof writes what cannot
 * be printed in a name as `\n`, `\xc3` and the like, and a backslash as two, so a line is a line.
 *
 * @module
 */
import type { Tools } from "./run.ts";

export const LSOF: readonly string[] = ["/usr/sbin/lsof", "/usr/bin/lsof", "/sbin/lsof", "/bin/lsof"];

/** One open file of one process. */
export interface OpenFile {
  /** `0`, `17`, `cwd`, `txt` … */
  readonly fd: string;
  /** `PIPE`, `FIFO`, `unix`, `IPv4`, `CHR`, `REG`, `DIR` … Undefined where lsof could not tell. */
  readonly type: string | undefined;
  /** Pipes and sockets on macOS: the address of this end, `0x…`. */
  readonly device: string | undefined;
  /** Device number of a special file. */
  readonly special: number | undefined;
  readonly links: number | undefined;
  /** Protocol of an internet socket. */
  readonly protocol: string | undefined;
  /** State of a TCP connection: `LISTEN`, `ESTABLISHED` … */
  readonly state: string | undefined;
  readonly name: string | undefined;
}

type Growing = { -readonly [K in keyof OpenFile]: OpenFile[K] };

/** The fields that are asked for. */
export const FIELDS = "pftdrkPTn";

/** Open files by pid. Never throws; what comes before the first pid, or is no field, is passed over. */
export function parseOpenFiles(text: string): Map<number, OpenFile[]> {
  const found = new Map<number, OpenFile[]>();
  let files: OpenFile[] | undefined;
  let file: Growing | undefined;
  for (const line of text.split("\n")) {
    const value = line.slice(1);
    switch (line[0]) {
      case "p":
        files = undefined;
        file = undefined;
        if (!/^\d{1,10}$/.test(value)) break;
        files = found.get(Number(value)) ?? [];
        found.set(Number(value), files);
        break;
      case "f":
        file = undefined;
        if (files === undefined) break;
        file = {
          fd: value,
          type: undefined,
          device: undefined,
          special: undefined,
          links: undefined,
          protocol: undefined,
          state: undefined,
          name: undefined,
        };
        files.push(file);
        break;
      default:
        if (file !== undefined) addField(file, line[0], value);
    }
  }
  return found;
}

function addField(file: Growing, field: string | undefined, value: string): void {
  if (field === "t" && value !== "") file.type = value;
  else if (field === "d") file.device = value.toLowerCase();
  else if (field === "r" && /^0x[0-9a-f]{1,12}$/i.test(value)) file.special = Number(value);
  else if (field === "k" && /^\d{1,9}$/.test(value)) file.links = Number(value);
  else if (field === "P") file.protocol = value;
  else if (field === "T" && value.startsWith("ST=")) file.state = value.slice(3);
  else if (field === "n") file.name = unescape(value);
}

const NAMED: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, "\\": 92 };

/** A name as it was before lsof made it printable. */
export function unescape(name: string): string {
  if (!/[\\^]/.test(name)) return name;
  const bytes: number[] = [];
  const source = new TextEncoder().encode(name);
  for (let at = 0; at < source.length; at++) {
    const next = source[at + 1];
    const letter = next === undefined ? "" : String.fromCharCode(next);
    if (source[at] === 0x5c && letter in NAMED) {
      bytes.push(NAMED[letter] as number);
      at++;
      continue;
    }
    const hex = source[at] === 0x5c && letter === "x" ? name16(source, at + 2) : undefined;
    if (hex !== undefined) {
      bytes.push(hex);
      at += 3;
    } else bytes.push(source[at] as number);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function name16(source: Uint8Array, at: number): number | undefined {
  const digits = String.fromCharCode(source[at] ?? 0, source[at + 1] ?? 0);
  return /^[0-9a-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** TCP ports that somebody listens on, as far as lsof may see; undefined when it could not be asked. */
export function listened(tools: Tools): ReadonlySet<number> | undefined {
  const lsof = tools.find(LSOF);
  const output = lsof === undefined
    ? undefined
    : tools.run(lsof, ["-w", "-n", "-P", "-iTCP", "-sTCP:LISTEN", "-F", "n"]);
  // It answers 1 when nobody listens.
  if (output === undefined || typeof output === "string" || output.status > 1 || output.errors.trim() !== "") {
    return undefined;
  }
  const ports = new Set<number>();
  for (const line of output.text.split("\n")) {
    const port = /^n.*:(\d{1,5})$/.exec(line)?.[1];
    if (port !== undefined) ports.add(Number(port));
  }
  return ports;
}
