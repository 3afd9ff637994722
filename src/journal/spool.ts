/**
 * The journal's files: one a day in the state directory, lines of JSON, appended by whoever acts.
 *
 * No lock is needed: a record is one write(2) to a file opened with O_APPEND, which the kernel puts
 * at the end as a whole. Each begins with a line end of its own, so what a full disk tore off costs
 * that record and no other. It is not fsynced: what it must survive is our own kill -9, and a process
 * that was about to be ended does not survive the power cut either.
 *
 * @module
 */
import { closeSync, constants, fchownSync, lstatSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { Complaint, meaningOf } from "../complaint.ts";
import type { Viewer } from "../contract.ts";
import { openRegular } from "../regular-file.ts";
import { prepareState } from "../state.ts";
import { visible } from "../text.ts";
import { type JournalRecord, parseRecord } from "./record.ts";

const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants;
const PART_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;
const KEPT_MS = 8 * 86_400_000;
const NAME = /^(\d{4}-\d{2}-\d{2})\.(\d{1,4})\.ndjson$/;

/** Where the spool lies below a state directory. */
export function spoolPath(state: string): string {
  return `${state}/journal`;
}

/** What a spool is told. */
export interface SpoolOptions {
  readonly state: string;
  readonly viewer: Pick<Viewer, "uid">;
  /** Told once, in one line, why records are lost from here on. */
  readonly complain: (line: string) => void;
  readonly now?: () => number;
}

/** Appends. It never throws: the work goes on without it. */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #now: () => number;
  #fd: number | undefined;
  #day = "";
  #bytes = 0;
  #complained = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Whether all of it was written. */
  append(record: JournalRecord): boolean {
    try {
      const fd = this.#file();
      const bytes = Buffer.from(`\n${JSON.stringify(record)}\n`);
      const written = writeSync(fd, bytes);
      this.#bytes += written;
      // Only a full disk cuts a write to a regular file short.
      if (written < bytes.length) throw Object.assign(new Error(), { code: "ENOSPC" });
      return true;
    } catch (error) {
      this.close();
      this.#complain(error);
      return false;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #file(): number {
    const day = new Date(this.#now()).toISOString().slice(0, 10);
    if (this.#fd !== undefined && day === this.#day && this.#bytes < PART_BYTES) return this.#fd;
    this.close();
    const { state, viewer } = this.#options;
    prepareState(state, viewer);
    const directory = spoolPath(state);
    prepareState(directory, viewer);
    for (let part = 0;; part++) {
      const path = `${directory}/${day}.${part}.ndjson`;
      const { fd, facts } = openRegular(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
      this.#fd = fd;
      this.#bytes = facts.size;
      this.#day = day;
      if (this.#bytes === 0) {
        // Under sudo the file is the person's, or they could not append to it later.
        if (typeof viewer.uid === "number" && process.geteuid?.() === 0) fchownSync(fd, viewer.uid, -1);
        pruneSpool(directory, this.#now());
      }
      if (this.#bytes < PART_BYTES) return fd;
      this.close();
    }
  }

  #complain(error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    const place = visible(spoolPath(this.#options.state));
    const why = error instanceof Complaint ? error.message : `${place}: ${meaningOf(error)}`;
    this.#options.complain(`what is done now will be missing in the history: ${why}`);
  }
}

/** Old days go, and of what is left the oldest, until it is small enough. The newest file stays. */
export function pruneSpool(directory: string, now: number, keptMs: number = KEPT_MS): void {
  let total = 0;
  const oldest = new Date(now - keptMs).toISOString().slice(0, 10);
  for (const name of spoolFiles(directory).reverse().slice(1)) {
    const path = `${directory}/${name}`;
    total += lstatSync(path).size;
    if (name < oldest || total > MOST_BYTES - PART_BYTES) rmSync(path, { force: true });
  }
}

/** Names of the spool's files, oldest first. */
export function spoolFiles(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  const parts = names.flatMap((name) => {
    const found = NAME.exec(name);
    return found === null ? [] : [{ name, day: found[1] as string, part: Number(found[2]) }];
  });
  return parts.sort((a, b) => a.day === b.day ? a.part - b.part : a.day < b.day ? -1 : 1).map(({ name }) => name);
}

/** What was appended to one file since somebody read it last. */
export interface Portion {
  readonly file: string;
  /** Up to where it has been read now. */
  readonly offset: number;
  readonly records: readonly JournalRecord[];
  /** Lines that were no record. */
  readonly damaged: number;
  /** Why nothing of it was read. */
  readonly trouble?: string;
}

/** Reads on from where each file was left. Half a line at the end is left for later: its writer may be at it. */
export function* readSpool(directory: string, offsets: ReadonlyMap<string, number>): Generator<Portion> {
  for (const file of spoolFiles(directory)) {
    const portion = readOn(`${directory}/${file}`, file, offsets.get(file) ?? 0);
    if (portion !== undefined) yield portion;
  }
}

function readOn(path: string, file: string, offset: number): Portion | undefined {
  let opened: ReturnType<typeof openRegular>;
  try {
    opened = openRegular(path, O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    return error instanceof Complaint ? { file, offset, records: [], damaged: 0, trouble: error.message } : undefined;
  }
  const { fd, facts: { size } } = opened;
  try {
    // Shorter than it was: another file under the same name. Reading twice does no harm.
    const from = size < offset ? 0 : offset;
    if (size === from) return undefined;
    const bytes = Buffer.alloc(size - from);
    const got = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from));
    const end = got.lastIndexOf(0x0a) + 1;
    if (end === 0) return undefined;
    const lines = got.subarray(0, end).toString("utf8").split("\n").filter((line) => line !== "");
    const records = lines.map(parseRecord).filter((record) => record !== undefined);
    return { file, offset: from + end, records, damaged: lines.length - records.length };
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
