import { commandOf } from "../../src/vocabulary/command.ts";
import { stream } from "../../src/vocabulary/peers.ts";
import { wasToEnd } from "../../src/vocabulary/was-to-end.ts";
import type { Context, Guard, Process } from "../../src/contract.ts";

/** A word of the shell's own: `./bootstrap all` sets none. */
const TRAP = /(?:^|[\s;&|({])trap\s/;

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

/**
 * What agents bring along and talk to ignores it to clean up after them, as a shell with a trap does. A single run that
 * nobody talks to was told to go on (`nohup claude -p … &`).
 */
function isOwnDoing(process: Process, { root, isAgents }: Context): boolean {
  if (process === root) return false;
  if (isAgents(process.pid)) {
    const input = stream(process, 0)?.kind;
    return input === "pipe" || input === "socket";
  }
  const text = commandOf(process)?.text;
  return text?.includes("trap") === true && TRAP.test(text);
}

export default nohup;
