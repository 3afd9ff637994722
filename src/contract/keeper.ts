/**
 * A command of the person's that is to be started so that nothing of it outlives it: what whoever starts
 * it says, and what becomes of it. The starting is the platform's (plugins/backends).
 *
 * @module
 */

/** Starts commands of the person's so that nothing of them outlives them. Each platform has its own. */
export interface CommandKeeper {
  /** What keeps the command's processes together, for people. */
  readonly how: string;
  /** Why it can contain nothing here; undefined when it can, as far as can be told before. */
  unavailable?(): string | undefined;
  /** Starts the command, stays for its whole life, and ends what it leaves behind. */
  run(command: KeptCommand): Promise<RunEnd>;
  /** Ends this program, with nothing of the runtime's in between: it would put the terminal back. */
  exit(code: number): never;
  /** Ends this program as that signal ended the command. */
  dieBy(signal: number): never;
}

/** A command of the person's. */
export interface KeptCommand {
  /** The program, looked up as a shell does, and its arguments. */
  readonly words: readonly string[];
  /** Put before it: a program of ours that runs it in turn. */
  readonly through?: readonly string[];
  /** How long what is to end may take by itself. */
  readonly graceMs: number;
  /** How long the command may run. */
  readonly timeoutMs?: number;
  /** What left the command's session on purpose lives on. */
  readonly detachOk: boolean;
  /** Added to its environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Told of the command once it has lived for a moment. */
  readonly started?: (run: StartedRun) => Promise<void>;
}

/** A command that runs. */
export interface StartedRun {
  /** The command's own. */
  readonly pid: number;
  /** What its descendants carry in AGENT_REAPER_RUN. */
  readonly tag: string;
}

/** What became of a contained command. */
export interface RunEnd {
  /** How it ended, or why it could not begin. */
  readonly end:
    | { readonly did: "exit"; readonly code: number }
    | { readonly did: "die"; readonly signal: number }
    | { readonly did: "time out" }
    | { readonly did: "not start"; readonly found: boolean; readonly because: string }
    | { readonly did: "get lost"; readonly because: string };
  /** Left alive on purpose. */
  readonly detached: readonly number[];
  /** What did not go as it should, one clause each. */
  readonly troubles: readonly string[];
}
