/**
 * What `run` says itself. Loaded when there is something to say: the command waits for whatever is loaded before it.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import type { RunEnd } from "../../contract.ts";
import { printError } from "../../terminal.ts";
import { visible } from "../../text.ts";

/** What a session's name is refused with. */
export function wrongSession(session: string): Complaint {
  return new Complaint(`--session "${visible(session)}": write letters, digits and . _ : @ / + -, for example pr-42`);
}

/** Says what did not go as it should. */
export async function sayTroubles(troubles: readonly string[]): Promise<void> {
  for (const trouble of troubles) await say(trouble);
}

/** Says why the command did not end by itself, and tells what to end with for that. */
export async function sayEnd(
  end: Exclude<RunEnd["end"], { readonly did: "exit" | "die" }>,
  name: string,
): Promise<ExitCode> {
  switch (end.did) {
    case "time out":
      return EXIT.timedOut;
    case "get lost":
      await say(end.because);
      return EXIT.notContained;
    case "not start":
      await say(`${name === "" ? '""' : visible(name)}: ${end.because}`);
      return end.found ? EXIT.notExecutable : EXIT.notFound;
  }
}

async function say(what: string): Promise<void> {
  await printError(`agent-reaper: run: ${what}\n`);
}
