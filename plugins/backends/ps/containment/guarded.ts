/**
 * The front's side of the guardian: starts it, talks to it, and hears of its end.
 *
 * @module
 */
import { ourselves } from "../../../../src/ourselves.ts";
import { lineOf, Lines, type Orders, type Said, type Told } from "./messages.ts";

/** The word by which the program knows that it is to be a guardian that looks by `ps`. */
const GUARDIAN = ["run-guardian", "ps"] as const;

/** What is left when it has done its work. */
type Over = Extract<Said, { readonly over: unknown }>["over"];

/** A guardian that looks. */
export class GuardedBy {
  readonly pid: number;
  readonly startToken: string;
  /** Whether it can see by environments who belongs. */
  readonly seesTags: boolean;
  /** Settles when it has ended. */
  readonly gone: Promise<void>;
  readonly #tell: (message: Told) => void;
  readonly #over: Promise<Over | undefined>;

  private constructor(
    pid: number,
    { startToken, seesTags }: Extract<Said, { readonly ready: unknown }>["ready"],
    tell: (message: Told) => void,
    over: Promise<Over | undefined>,
    gone: Promise<void>,
  ) {
    this.pid = pid;
    this.startToken = startToken;
    this.seesTags = seesTags;
    this.#tell = tell;
    this.#over = over;
    this.gone = gone;
  }

  /** Starts it, and waits until it looks; or why it cannot. */
  static async start(orders: Orders): Promise<GuardedBy | string> {
    const child = Bun.spawn([...ourselves(), ...GUARDIAN], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      cwd: "/",
      // A session of its own: the terminal does not reach it.
      detached: true,
    });
    const tell = (message: Told): void => {
      try {
        void child.stdin.write(lineOf(message));
        void child.stdin.flush();
      } catch {
        // It has ended, which is told otherwise.
      }
    };
    const said = heard(child.stdout);
    tell({ orders });
    const first = await said.next();
    if (first.done === true) return "its guardian ended before it could look";
    if ("cannot" in first.value) return first.value.cannot;
    if (!("ready" in first.value)) return "its guardian says what nobody asked for";
    const over = said.next().then(({ value }) => value !== undefined && "over" in value ? value.over : undefined);
    const gone = Promise.all([child.exited, over]).then(([, last]) =>
      last === undefined ? undefined : new Promise<never>(() => {})
    );
    return new GuardedBy(child.pid, first.value.ready, tell, over, gone);
  }

  tell(message: Told): void {
    this.#tell(message);
  }

  /** Has it end what there is. Never settles when it is killed meanwhile. `hurry`: nobody waits any more. */
  async end(hurry?: Promise<void>): Promise<Over> {
    this.#tell({ end: true });
    void hurry?.then(() => this.#tell({ hurry: true }));
    return await this.#over ?? await new Promise<never>(() => {});
  }
}

async function* heard(stream: ReadableStream<Uint8Array>): AsyncGenerator<Said, undefined> {
  const lines = new Lines<Said>();
  for await (const piece of stream) yield* lines.take(piece);
  return undefined;
}
