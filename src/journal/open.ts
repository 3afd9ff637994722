/**
 * The journal in the person's state directory, as commands open it.
 *
 * @module
 */
import type { Machine } from "../contract.ts";
import { statePath } from "../state.ts";
import { printError } from "../terminal.ts";
import { RunJournal } from "./journal.ts";

/** A journal for one run of a command on this machine. That it cannot be written is said once, and the work goes on. */
export function openJournal(
  { host, viewer }: Pick<Machine, "host" | "viewer">,
  command: string,
  complain: (line: string) => void = (line) => void printError(`agent-reaper: ${line}\n`),
): RunJournal {
  return new RunJournal({
    state: statePath(process.platform, viewer.home, process.env),
    command,
    host,
    viewer,
    complain,
  });
}
