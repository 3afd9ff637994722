import type { Context, Guard, Objection, Process, Stdio } from "../../src/contract.ts";

/**
 * Terminals are told from the file descriptors, for pts numbers recur. The kernel's own word for
 * "in the foreground" is the terminal's process group: a terminal that hung up has none.
 */
const livingTerminal: Guard = {
  name: "living-terminal",
  summary: "processes with a terminal that is open",
  asks: "every member",
  needs: ["stdio"],
  object(process, context) {
    const { table, registered } = context;
    // One that was to end with its originator may have been left with the originator's terminal, which somebody
    // else uses now. Only what that somebody sees and types into is in its foreground.
    const isOnRecord = registered?.state === "orphan";
    const open = isOnRecord
      ? undefined
      : process.stdio?.find((stream) => stream.kind === "tty" && stream.peer === "live");
    if (open !== undefined) return { stands: "spare", because: `${nameOf(open)} is open` };
    if (process.tty !== null && process.tpgid !== undefined && process.tpgid > 0 && process.tpgid === process.pgid) {
      return { stands: "spare", because: `it is in the foreground of ${process.tty ?? "its terminal"}` };
    }
    if (table.host.platform === "win32") return undefined;
    return untoldForeground(process) ?? (isOnRecord ? undefined : untoldStreams(process, context));
  },
};

/** What would matter and is not known. */
function untoldForeground(process: Process): Objection | undefined {
  return process.tty !== null && (process.pgid === undefined || process.tpgid === undefined)
    ? { stands: "unsure", because: "whether it is in the foreground of a terminal is unknown" }
    : undefined;
}

function untoldStreams(process: Process, { table, root, claim, lifeline }: Context): Objection | undefined {
  if (process.stdio === undefined) {
    if (table.host.platform === "linux") {
      return { stands: "unsure", because: "its standard streams could not be read" };
    }
    // `(claude -p review &)`: it prints where its shell prompts, and that one need not wait for it.
    const isHeard = lifeline === "output" || claim.role === "shell";
    if (process === root && isHeard && process.tty !== null) {
      return { stands: "unsure", because: `whether somebody reads it on ${process.tty ?? "a terminal"} is unknown` };
    }
  }
  const terminal = process.stdio?.find((stream) => stream.kind === "tty" && stream.peer === undefined);
  return terminal === undefined
    ? undefined
    : { stands: "unsure", because: `whether ${nameOf(terminal)} is open cannot be told` };
}

function nameOf({ path }: Stdio): string {
  return path === undefined ? "its terminal" : `its terminal ${path}`;
}

export default livingTerminal;
