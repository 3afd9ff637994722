/**
 * Other people's programs, run to their end: a service manager, a notifier.
 *
 * @module
 */

/** Runs programs. */
export interface Programs {
  /** Where a program of the system's is; never looked for in the PATH. */
  find(name: string): string | undefined;
  /** Runs a program, by its path, to its end, and no longer than its patience. It does not throw. */
  run(argv: readonly string[], input?: ProgramInput): ProgramEnd;
  /** The same, while other things go on. */
  later(argv: readonly string[], input?: ProgramInput): Promise<ProgramEnd>;
}

/** What a program is given. */
export interface ProgramInput {
  /** On its standard input. */
  readonly input?: string;
  /** Variables beside our own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How long it may take; then it is ended. */
  readonly patienceMs?: number;
}

/** How it ended. */
export interface ProgramEnd {
  /** Absent: it could not be run, or did not end by itself. */
  readonly status?: number;
  /** What it wrote to its standard output. */
  readonly text: string;
  /** What it wrote to its standard error, or why it could not be run. */
  readonly errors: string;
}
