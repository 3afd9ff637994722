import { commandOf } from "../../src/vocabulary/command.ts";
import type { Guard } from "../../src/contract.ts";

/** Where Git for Windows, MSYS2 and Cygwin keep the programs that are built on them. */
const PLACE = /[\\/](?:usr|cygwin(?:64)?)[\\/]bin[\\/][^\\/]+$/i;

/**
 * Git Bash: Windows knows no exec. What MSYS calls one is a new process, and the one that it replaces, its recorded
 * creator, ends at once, while whoever waits for it lives. A shell that sources a snapshot came by a fork.
 */
const msysExec: Guard = {
  name: "msys-exec",
  summary: "programs of Git Bash, MSYS2 and Cygwin: their recorded creator ends by every exec",
  asks: "root",
  needs: ["command", "executable"],
  object(process, { table, claim }) {
    if (table.host.platform !== "win32" || claim.role === "shell") return undefined;
    const path = commandOf(process)?.path;
    return path === undefined || !PLACE.test(path)
      ? undefined
      : { stands: "unsure", because: "an exec of MSYS leaves a dead creator, whoever waits for it" };
  },
};

export default msysExec;
