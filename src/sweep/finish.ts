/**
 * The rest of a sweep, and its manners: whoever hooks it into their own commands is never broken by it. It
 * exits with 0 and says nothing about its own troubles, unless it is told to be strict; `doctor` tells them.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import { sweep } from "../commands/sweep.ts";
import { ending } from "../ending.ts";
import type { Begun } from "./begun.ts";

/** Does what was begun. */
export async function finish(begun: Exclude<Begun, string>): Promise<ExitCode> {
  if ("wrong" in begun) {
    // Whoever mistypes is told, also by a hook: nothing was done.
    const [{ printError }, { visible }] = await Promise.all([import("../terminal.ts"), import("../text.ts")]);
    if (begun.strict) throw new Complaint(`sweep: ${visible(begun.wrong)}`);
    await printError(`agent-reaper: sweep: ${visible(begun.wrong)}\n`);
    return EXIT.fine;
  }
  const isStrict = begun.options.strict === true;
  ending.isForgiven = !isStrict && process.env["AGENT_REAPER_DEBUG"] !== "1";
  try {
    const exitCode = await sweep(begun);
    return isStrict ? exitCode : EXIT.fine;
  } catch (error) {
    if (!ending.isForgiven) throw error;
    return EXIT.fine;
  }
}
