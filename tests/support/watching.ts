/**
 * A real watch, for as many rounds as a test needs. To be used inside a namespace (see namespace.ts) only.
 *
 * @module
 */

/** A watch at work. */
export class Watch {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #reading: Promise<unknown>;
  #said = "";
  #complaints = "";
  #address: string | undefined;

  constructor(binary: string, args: readonly string[] = []) {
    const rounds = ["--every", "20ms", "--now", "--confirm", "1", "--min-age", "0s", "--listen", "127.0.0.1:0"];
    this.#process = Bun.spawn([binary, "watch", ...rounds, ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const { stdout, stderr } = this.#process;
    this.#reading = Promise.all([
      readInto(stdout, (part) => this.#said += part),
      readInto(stderr, (part) => this.#complaints += part),
    ]);
  }

  /** What it has said so far. */
  get said(): string {
    return this.#said;
  }

  /** What it complained about on standard error. */
  get complaints(): string {
    return this.#complaints;
  }

  /** Until it has done so many rounds more, or as many more have failed. */
  async rounds(count: number, kind: "total" | "failed_total" = "total"): Promise<void> {
    const before = await this.#count(kind);
    while (await this.#count(kind) < before + count);
  }

  /** How it ended when it was asked to. */
  async end(): Promise<number> {
    this.#process.kill("SIGINT");
    const exitCode = await this.#process.exited;
    await this.#reading;
    return exitCode;
  }

  async #count(kind: string): Promise<number> {
    for (; this.#address === undefined; await Bun.sleep(5)) this.#address = /http:\/\/([\d.:]+)/.exec(this.#said)?.[1];
    const text = await (await fetch(`http://${this.#address}/metrics`)).text();
    return Number(new RegExp(`^agent_reaper_rounds_${kind} (\\d+)`, "m").exec(text)?.[1] ?? 0);
  }
}

async function readInto(stream: ReadableStream<Uint8Array<ArrayBuffer>>, take: (part: string) => void): Promise<void> {
  for await (const part of stream.pipeThrough(new TextDecoderStream())) take(part);
}

/** What it said until it had done so many rounds, and how it ended when it was asked to. */
export async function watchFor(
  binary: string,
  rounds: number,
  args: readonly string[] = [],
): Promise<{ readonly said: string; readonly exitCode: number }> {
  const watch = new Watch(binary, args);
  await watch.rounds(rounds);
  const exitCode = await watch.end();
  return { said: watch.said, exitCode };
}
