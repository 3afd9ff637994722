import { commandOf } from "../../src/vocabulary/command.ts";
import { wasToEnd } from "../../src/vocabulary/was-to-end.ts";
import type { Context, Guard, Process } from "../../src/contract.ts";

/** One-way evidence: node resets SIGHUP, so its absence proves nothing. */
const nohup: Guard = {
  name: "nohup",
  summary: "processes told to outlive their terminal",
  asks: "every member",
  needs: ["status", "command"],
  object(process, context) {
    if (process.ignoresHangup === false || wasToEnd(context) || isOwnDoing(process, context)) return undefined;
    if (process.ignoresHangup === true) {
      return { stands: "spare", because: "it ignores SIGHUP: somebody wanted it to go on (nohup)" };
    }
    return context.table.host.platform === "linux"
      ? { stands: "unsure", because: "whether it ignores SIGHUP is unknown" }
      : undefined;
  },
};

/** What agents bring along ignores it to clean up after them, as a shell with a trap does. */
function isOwnDoing(process: Process, { root, isAgents }: Context): boolean {
  if (process === root) return false;
  return isAgents(process.pid) || commandOf(process)?.text?.includes("trap ") === true;
}

export default nohup;
