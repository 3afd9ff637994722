import { tells } from "../../src/vocabulary/told.ts";
import type { Guard } from "../../src/contract.ts";

const debugging: Guard = {
  name: "debugger",
  summary: "processes that somebody looks into with a debugger (gdb, strace)",
  asks: "every member",
  needs: ["status"],
  object({ tracer, state }, { table, tree, isOrphan }) {
    if (tracer === null) return undefined;
    if (tracer === undefined) {
      // `t` is who stands still before a tracer (proc_pid_stat(5)), `T` whom a signal stopped.
      if (state === "t") {
        return { stands: "unsure", because: "somebody who is not known has stopped it, as a debugger does" };
      }
      return tells(table, "tracer")
        ? { stands: "unsure", because: "whether somebody debugs it is unknown" }
        : undefined;
    }
    // What an agent itself traces with (proot, strace) ends with it.
    if (tree.has(tracer) || isOrphan(tracer)) return undefined;
    return { stands: "spare", because: `pid ${tracer} is attached to it, as a debugger is` };
  },
};

export default debugging;
