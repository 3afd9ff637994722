import type { Guard } from "../../src/contract.ts";

/**
 * Terminals are told from the file descriptors, for pts numbers recur. The kernel's own word for
 * "in the foreground" is the terminal's process group: a terminal that hung up has none.
 */
const livingTerminal: Guard = {
  name: "living-terminal",
  summary: "processes with a terminal that is open",
  asks: "every member",
  needs: ["stdio"],
  object(process) {
    const open = process.stdio?.find((stream) => stream.kind === "tty" && stream.peer === "live");
    if (open !== undefined) {
      return { stands: "spare", because: `its terminal ${open.path ?? ""} is open`.replace("  ", " ") };
    }
    if (typeof process.tty === "string" && process.pgid !== undefined && process.tpgid === process.pgid) {
      return { stands: "spare", because: `it is in the foreground of ${process.tty}` };
    }
    if (
      typeof process.tty === "string" && process.stdio === undefined &&
      (process.pgid === undefined || process.tpgid === undefined)
    ) {
      return { stands: "unsure", because: `whether it is in the foreground of ${process.tty} is unknown` };
    }
    const untold = process.stdio?.find((stream) => stream.kind === "tty" && stream.peer === undefined);
    return untold === undefined
      ? undefined
      : { stands: "unsure", because: `whether its terminal ${untold.path ?? ""} is open cannot be told` };
  },
};

export default livingTerminal;
