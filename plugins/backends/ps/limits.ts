/**
 * What cannot be seen through `ps`.
 *
 * @module
 */
import type { Limit } from "../../../src/contract.ts";
import type { Dialect } from "./columns.ts";
import type { Look } from "./table.ts";

const ALWAYS: Readonly<Record<Dialect, readonly Limit[]>> = {
  darwin: [
    {
      what: "environments of processes",
      because: "ps prints them without an end to each, and those of Apple's own programs not at all",
      remedy: "keep what must stay by a protect rule, not by AGENT_REAPER_KEEP",
    },
    { what: "sessions", because: "ps prints a kernel address for them" },
    { what: "arguments with blanks", because: "ps prints the command line as one text" },
    { what: "starts within one second", because: "ps prints whole seconds" },
  ],
  procps: [
    {
      what: "control groups, environments, namespaces, the other ends of pipes and sockets",
      because: "ps does not tell",
      remedy: "leave out --backend: procfs sees them",
    },
    { what: "arguments with blanks", because: "ps prints the command line as one text" },
  ],
};

/** Everything that the last look could not see. */
export function limitsOf(dialect: Dialect, look: Look | undefined, lsof: string | undefined): Limit[] {
  const limits = [...ALWAYS[dialect]];
  if (lsof !== undefined) {
    limits.push({
      what: "working directories, executables and standard streams",
      because: lsof,
      remedy: "install lsof",
    });
  }
  if (look === undefined) return limits;
  if (look.clockIsOff) {
    limits.push({
      what: "start times",
      because: "the start that ps prints for ourselves does not fit our age; nothing can be identified or ended",
    });
  }
  if (look.unreadable > 0) {
    limits.push({
      what: `${look.unreadable} lines of ps`,
      because: "they are no rows of the table that was asked for",
    });
  }
  if (look.twice.length > 0) {
    limits.push({ what: `pids ${look.twice.join(", ")}`, because: "ps printed them twice; they are left alone" });
  }
  return limits;
}
