/**
 * What is said when something failed: one line, whatever it was.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode, meaningOf } from "./complaint.ts";
import { ParseError, Unseen } from "./errors.ts";
import { CannotWorkHere } from "./machine.ts";
import { redactText } from "./redact.ts";
import { visible } from "./text.ts";

/** The line, and how the program ends. `AGENT_REAPER_DEBUG=1` adds where it happened. */
export function tell(
  error: unknown,
  variables: Readonly<Record<string, string | undefined>>,
): { readonly line: string; readonly exitCode: ExitCode } {
  const { message, exitCode } = read(error);
  const stack = variables["AGENT_REAPER_DEBUG"] === "1" && error instanceof Error ? `\n${error.stack ?? ""}` : "";
  return { line: `agent-reaper: ${visible(redactText(message))}${stack}`, exitCode };
}

function read(error: unknown): { readonly message: string; readonly exitCode: ExitCode } {
  if (error instanceof Complaint) return error;
  if (error instanceof ParseError) return { message: error.message, exitCode: EXIT.usage };
  if (error instanceof CannotWorkHere || error instanceof Unseen) {
    return { message: error.message, exitCode: EXIT.cannotWorkHere };
  }
  if (isOfTheMachine(error)) {
    return {
      message: `${error.path ?? error.syscall}: ${meaningOf(error)}: correct that, and try again`,
      exitCode: EXIT.cannotWorkHere,
    };
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    message: `a mistake of ours, please report it (AGENT_REAPER_DEBUG=1 shows where it happened): ${what}`,
    exitCode: EXIT.bug,
  };
}

/**
 * What a file system, or a machine that has run out of something, says of itself. That a file is not there is no such thing:
 * we should not have asked for it.
 */
const OF_THE_MACHINE =
  /^E(?:ACCES|PERM|ROFS|NOSPC|DQUOT|FBIG|IO|MFILE|NFILE|NOMEM|AGAIN|INTR|BUSY|STALE|NOLCK|ISDIR|NOTDIR|LOOP|NAMETOOLONG)$/;

function isOfTheMachine(error: unknown): error is Error & { readonly path?: string; readonly syscall?: string } {
  if (!(error instanceof Error)) return false;
  const { code, path, syscall } = error as { readonly [of in "code" | "path" | "syscall"]?: unknown };
  const isPlaced = typeof path === "string" || typeof syscall === "string";
  return isPlaced && typeof code === "string" && OF_THE_MACHINE.test(code);
}
