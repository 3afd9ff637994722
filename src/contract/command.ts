/**
 * Starting a person's own command, as if we were not there: its streams, its terminal, its signals and
 * its end are those it would have without us.
 *
 * @module
 */

/** Starts commands. What fails throws a system error with its `code`. */
export interface Commands {
  /**
   * Starts a command in our own process group, with our streams and environment, and forwards signals
   * that are sent to us alone.
   */
  start(argv: readonly string[], options: CommandOptions): RunningCommand;
  /** Starts our own program as a process of its own that no terminal or session of ours ends. */
  background(argv: readonly string[], options: CommandOptions): BackgroundProcess;
  /** Ends this process by a signal, as a command ended whose end we pass on. Comes back where that is not to be had. */
  endBySignal(signal: number): void;
}

/** What a command is given beside what we have. */
export interface CommandOptions {
  /** Descriptors that it holds with us. */
  readonly share: readonly number[];
  /** Variables beside (`start`) or in place of (`background`) our own. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A command that runs. */
export interface RunningCommand {
  /** Its own. */
  readonly pid: number;
  /** Settles when it has ended. */
  readonly ended: Promise<CommandEnd>;
  /** It is being ended from now on: that it stops for that does not stop us. */
  ending(): void;
}

/** A process in the background. */
export interface BackgroundProcess {
  /** Its own. */
  readonly pid: number;
  /** All that it said before it closed its standard output. */
  readonly said: Promise<string>;
}

/** How a command ended. */
export type CommandEnd = { readonly code: number } | { readonly signal: number };
