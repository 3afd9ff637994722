/**
 * The one owner of what comes out, and of what a person answers.
 *
 * `process.stdout` is never touched: its first use costs 8 ms in a compiled binary, more than a whole
 * look at the machine.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { Complaint, EXIT, meaningOf } from "./complaint.ts";
import { visible } from "./text.ts";

/** When to colour. */
export type ColourChoice = "auto" | "always" | "never";

type Variables = Readonly<Record<string, string | undefined>>;

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

const FEWEST_COLUMNS = 60;
const MOST_COLUMNS = 200;
const USUAL_COLUMNS = 80;

const PATIENCE_MS = 1_000;

/** Set once the reader of stdout is gone (`| head`): nobody wants the rest. */
let readerLeft = false;

/**
 * Writes to stdout.
 *
 * @throws {Complaint} when it cannot be written; a reader that left is no failure.
 */
export async function print(text: string): Promise<void> {
  if (readerLeft || text === "") return;
  try {
    await write(STDOUT, text);
  } catch (error) {
    if ((error as { code?: string }).code !== "EPIPE") {
      throw new Complaint(
        `standard output: ${meaningOf(error)}: what was to be said is incomplete`,
        EXIT.cannotWorkHere,
      );
    }
    readerLeft = true;
  }
}

/** Writes to stderr. Where that fails too there is nobody to tell. */
export async function printError(text: string): Promise<void> {
  try {
    await write(STDERR, text);
  } catch {
    // Closed or full: the exit code still says it.
  }
}

/** What code that is not ours says on its console goes to stderr: stdout is the result's. */
export function takeConsole(): void {
  const { Writable } = require("node:stream") as typeof import("node:stream");
  const stderr = new Writable({
    write(said, _encoding, done) {
      const lines = String(said).split("\n").map(visible);
      void printError(lines.join("\n")).then(() => done());
    },
  });
  Object.assign(console, new console.Console(stderr));
}

/**
 * At once and from this thread: Bun.write hands a regular file to another one, and waits for ever where
 * none can be made. Only a pipe that would not block and is full is left to it.
 */
async function write(fd: number, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      await Bun.write(fd === STDOUT ? Bun.stdout : Bun.stderr, bytes.subarray(written));
      return;
    }
  }
}

function isTerminal(fd: number): boolean {
  // Loaded where it is asked for: `--json` never asks.
  return (require("node:tty") as typeof import("node:tty")).isatty(fd);
}

/** Whether a person is there to be asked, and sees the question. */
export function canAsk(): boolean {
  return isTerminal(STDIN) && isTerminal(STDERR);
}

/** Whether stdout is a terminal. */
export function isOnTerminal(): boolean {
  return isTerminal(STDOUT);
}

/** Whether a person sees what is said on stderr. */
export function isWatched(): boolean {
  return isTerminal(STDERR);
}

/** Where something is shown. */
export type Stream = "stdout" | "stderr";
const DESCRIPTORS: Readonly<Record<Stream, number>> = { stdout: STDOUT, stderr: STDERR };

/** Whether what is shown there is coloured. */
export function isColoured(choice: ColourChoice, variables: Variables, stream: Stream = "stdout"): boolean {
  return decideColour(choice, variables, () => isTerminal(DESCRIPTORS[stream]));
}

/**
 * The flag first, then NO_COLOR (no-color.org), then FORCE_COLOR and CLICOLOR_FORCE, then whether
 * there is a terminal that can.
 */
export function decideColour(choice: ColourChoice, variables: Variables, onTerminal: () => boolean): boolean {
  if (choice !== "auto") return choice === "always";
  if (isSet(variables["NO_COLOR"])) return false;
  const forced = variables["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  const forcedToo = variables["CLICOLOR_FORCE"];
  if (isSet(forcedToo) && forcedToo !== "0") return true;
  return variables["TERM"] !== "dumb" && onTerminal();
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/** How wide that is. Where it is no terminal, lines are cut late: what is searched should be there. */
export function columns(variables: Variables, stream: Stream = "stdout"): number {
  const told = Number(variables["COLUMNS"]);
  if (Number.isInteger(told) && told > 0) return withinReason(told);
  if (!isTerminal(DESCRIPTORS[stream])) return MOST_COLUMNS;
  return withinReason(terminalColumns(DESCRIPTORS[stream]) ?? USUAL_COLUMNS);
}

function withinReason(asked: number): number {
  return Math.min(Math.max(asked, FEWEST_COLUMNS), MOST_COLUMNS);
}

function terminalColumns(fd: number): number | undefined {
  try {
    const { WriteStream } = require("node:tty") as typeof import("node:tty");
    const [width] = new WriteStream(fd).getWindowSize();
    return width > 0 ? width : undefined;
  } catch {
    return undefined;
  }
}

/** Asks a question that no is the safe answer to. Anything but y or yes is no; so is the end of input. */
export async function ask(question: string, signal?: AbortSignal): Promise<boolean> {
  const say = () => printError(`${question} [y/N] `);
  // After Ctrl-Z and `fg` the shell's lines stand below it.
  const again = () => void say();
  process.on("SIGCONT", again);
  await say();
  const reader = Bun.stdin.stream().getReader();
  const left = new Promise<undefined>((resolve) => {
    // Before the question stood there: it is not asked a second time for the same.
    if (signal?.aborted === true) resolve(undefined);
    signal?.addEventListener("abort", () => resolve(undefined));
  });
  const decoder = new TextDecoder();
  let answer = "";
  while (!answer.includes("\n")) {
    const part = await Promise.race([reader.read(), left]);
    if (part === undefined || part.done) {
      await printError("\n");
      break;
    }
    answer += decoder.decode(part.value, { stream: true });
  }
  process.off("SIGCONT", again);
  // Not awaited: on a terminal the read that is under way ends with the next line, if ever.
  reader.cancel().catch(() => {});
  return signal?.aborted !== true && /^\s*y(es)?\s*$/im.test(answer.split("\n")[0] as string);
}

/** Aborted by Ctrl-C and by being asked to end. A second Ctrl-C ends the program at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => controller.abort(signal));
  return controller.signal;
}

/** What is waited for where several machines share a server. */
export const ASKING = "asking the server …";

/** Waits for something, and says so to a person whom it takes long. */
export async function waitingFor<T>(message: string, work: Promise<T>): Promise<T> {
  const progress = new Progress(message);
  try {
    return await work;
  } finally {
    await progress.done();
  }
}

/** Says what is going on when it takes longer than a second, and only to a person. */
export class Progress {
  #message: string | undefined;
  #shown = false;
  readonly #timer: Timer | undefined;

  constructor(message: string) {
    // A dumb one could not take the line away again.
    if (process.env["TERM"] === "dumb" || !isTerminal(STDERR)) return;
    this.#message = message;
    this.#timer = setTimeout(() => this.#show(), PATIENCE_MS);
    this.#timer.unref();
  }

  say(message: string): void {
    if (this.#timer === undefined) return;
    this.#message = message;
    if (this.#shown) this.#show();
  }

  /** Takes the line away. */
  async done(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#shown) await printError("\r\x1b[K");
    this.#shown = false;
  }

  #show(): void {
    this.#shown = true;
    void printError(`\r\x1b[K${this.#message ?? ""}`);
  }
}
