/**
 * `/proc/<pid>/status` (proc_pid_status(5)). The name in it is escaped by the kernel, so no process
 * can write a line of its own into it.
 *
 * @module
 */
import { ParseError } from "../../../src/errors.ts";
import type { Files } from "./files.ts";

/** What is taken from the file. A kernel without a line leaves its field out. */
export interface Status {
  /** Effective user. */
  readonly uid?: number;
  readonly ignoresHangup?: boolean;
  /** Who traces it; `null`: nobody that the viewer's namespace has a number for. */
  readonly tracer?: number | null;
  /** Pids from the viewer's namespace down to its own. */
  readonly nsPids?: number[];
}

/**
 * @throws {ParseError} When a line that is there does not hold what it should.
 */
export function parseStatus(file: string): Status {
  const text = `\n${file}`;
  const uids = line(text, "Uid");
  const ignored = line(text, "SigIgn");
  const tracer = line(text, "TracerPid");
  const pids = line(text, "NSpid");
  const status: { -readonly [K in keyof Status]: Status[K] } = {};
  if (uids !== undefined) status.uid = number(uids.split("\t")[1], "Uid");
  if (ignored !== undefined) {
    if (!/^[0-9a-f]+$/i.test(ignored)) throw damaged("SigIgn", ignored);
    // Bit 0 is signal 1, SIGHUP. The mask is longer than a number is exact: its last digit is enough.
    status.ignoresHangup = (parseInt(ignored.slice(-1), 16) & 1) === 1;
  }
  if (tracer !== undefined) status.tracer = number(tracer, "TracerPid") || null;
  if (pids !== undefined) status.nsPids = pids.split("\t").map((pid) => number(pid, "NSpid"));
  return status;
}

function line(text: string, key: string): string | undefined {
  const at = text.indexOf(`\n${key}:\t`);
  if (at < 0) return undefined;
  const from = at + key.length + 3;
  const end = text.indexOf("\n", from);
  return text.slice(from, end < 0 ? undefined : end);
}

function number(word: string | undefined, key: string): number {
  if (word === undefined || !/^\d{1,10}$/.test(word)) throw damaged(key, word ?? "nothing");
  return Number(word);
}

function damaged(key: string, found: string): ParseError {
  return new ParseError(`status: ${key} is not what proc_pid_status(5) says: ${JSON.stringify(found.slice(0, 80))}`);
}

/**
 * The effective user, or the negative error. `path` is the process's directory, empty when it is open.
 *
 * Files below /proc/<pid> go over to root while the process may not be dumped (proc(5)); its directory never
 * does (task_dump_owner in fs/proc/base.c exempts what everybody may read and enter). `status` says the same
 * and takes five times as long.
 */
export function ownerOf(files: Files, directory: number, path: string): number {
  return files.owner(directory, path);
}
