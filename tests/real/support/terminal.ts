/**
 * A program in a terminal of tmux, with a person who reads and presses keys.
 *
 * @module
 */

const MOST_MS = 40_000;

/** One of them. */
export class Terminal {
  readonly #cwd: string;
  readonly #env: Record<string, string>;
  readonly #command: string;

  constructor(cwd: string, env: Record<string, string>, command: string) {
    [this.#cwd, this.#env, this.#command] = [cwd, env, command];
  }

  /** Starts the program, lets somebody work at it, and closes the terminal. */
  async use<T>(work: (terminal: this) => Promise<T>): Promise<T> {
    this.#tmux("new-session", "-d", "-x", "110", "-y", "45", this.#command);
    try {
      return await work(this);
    } finally {
      this.#tmux("kill-server");
    }
  }

  screen(): string {
    return this.#tmux("capture-pane", "-p").replace(/\s+$/, "");
  }

  /** Waits for something to be there, and something else not. */
  async until(there: RegExp, gone?: RegExp): Promise<string> {
    const until = performance.now() + MOST_MS;
    let screen = "";
    while (performance.now() < until) {
      screen = this.screen();
      if (there.test(screen) && gone?.test(screen) !== true) return screen;
      await Bun.sleep(100);
    }
    throw new Error(`${there} did not appear:\n${screen}`);
  }

  async press(key: string): Promise<void> {
    this.#tmux("send-keys", key);
    await this.#pause();
  }

  async type(line: string): Promise<void> {
    this.#tmux("send-keys", "-l", "--", line);
    await this.#pause();
    await this.press("Enter");
  }

  /** Programs of this kind draw when they find the time, and say nowhere that they are ready for a key. */
  async #pause(): Promise<void> {
    await Bun.sleep(500);
  }

  #tmux(...args: readonly string[]): string {
    const command = ["tmux", "-L", "real", "-f", "/dev/null", ...args];
    const { stdout, stderr, exitCode } = Bun.spawnSync(command, { cwd: this.#cwd, env: this.#env, stdin: "ignore" });
    if (exitCode !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr}`);
    return stdout.toString();
  }
}
