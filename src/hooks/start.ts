/**
 * How every hook starts the program: in `/`, for the runtime fails in a directory that was deleted;
 * without the variables that the runtime acts upon before our first line; and without a way to fail.
 *
 * @module
 */
import type { BegunSweep } from "../sweep/begun.ts";
import { forShell } from "../quote.ts";
import { STARTED_BY } from "./targets.ts";

/** What a hook does, and how often it may. Nobody waits for it, and a machine in trouble is slow: the budget is wide. */
export const SWEEP: readonly string[] = ["sweep", "--every", "5s", "--budget", "1s", "--quiet"];

/** The same, begun. */
export const SWEEP_BEGUN: BegunSweep = { options: { budgetMs: 1_000, quiet: true }, everyMs: 5_000 };

/** A shell asks itself first, and starts nothing before this has passed. A second look is due after 10 s. */
export const SHELL_INTERVAL_S = 10;

/** What is started, and the file whose mtime says when it last was. */
export interface Program {
  readonly path: string;
  readonly mark: string;
}

/**
 * POSIX, on one line, without a single quote or a backslash: so it is the same word inside of any
 * shell's single quotes, fish's too, and in JSON. `export -p` prints one `export NAME=…` a variable; what
 * a value adds to the words only unsets more names of the same kind.
 */
const PREPARED = [
  "cd / || exit 0",
  'trap "" HUP INT QUIT',
  "set -f",
  'IFS="= "',
  'for n in $(export -p); do case $n in *[!A-Za-z0-9_]*) ;; BUN_*) unset "$n" ;; esac; done',
  "unset IFS",
].join("; ");

/**
 * Text for `/bin/sh -c`: marks `$1`, starts the rest and waits for nothing. `true` outlives a redirection that fails; of a
 * FIFO it would wait for a reader. The mark is called after the hook.
 */
export const DETACHED: string =
  `{ ${PREPARED}; [ -p "$1" ] || true >"$1"; export ${STARTED_BY}="\${1##*-}"; shift; exec "$@"; } </dev/null >/dev/null 2>&1 &`;

/** Text for `/bin/sh -c`: runs `"$@"` with the standard input it has, and always succeeds. */
export const WAITED: string = `trap "exit 0" 0; ${PREPARED}; "$@" >/dev/null 2>&1; exit 0`;

/** A line of a POSIX shell that sweeps in the background. */
export function sweepLine({ path, mark }: Program): string {
  const words = [mark, path].map(forShell).join(" ");
  return `/bin/sh -c ${forShell(DETACHED)} agent-reaper ${words} ${SWEEP.join(" ")} </dev/null >/dev/null 2>&1 || :`;
}
