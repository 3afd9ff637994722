import { HOME_VARIABLES, OWNER_VARIABLES, recordedOwner } from "../../src/vocabulary/owner.ts";
import type { Context, Guard } from "../../src/contract.ts";

/**
 * What an agent puts in the background of a tool call loses its creator with that call, and whoever read what the call
 * printed. The agent left its pid behind: while it lives, it is the one that asked for this.
 */
const livingOwner: Guard = {
  name: "living-owner",
  summary: "what a living agent put in the background: its pid is in the environment",
  asks: "root",
  needs: ["environment"],
  variables: [...OWNER_VARIABLES, ...HOME_VARIABLES],
  object(process, context) {
    const { table, tree, isOrphan } = context;
    if (table.host.platform !== "win32" && !worksAlone(context)) return undefined;
    const owner = recordedOwner(process, table);
    if (owner === undefined || owner.fate === "dead" || tree.has(owner.pid) || isOrphan(owner.pid)) return undefined;
    return { stands: "unsure", because: `it was started by an agent that may want it: ${owner.because}` };
  },
};

/**
 * A single run, a worker and a tool call's shell do what they were told to, heard or not. So does what was detached, whose
 * streams end with whoever did that. A server, a conversation and a browser wait for somebody: where the ends of streams can
 * be seen, those tell of them, and on Windows nothing does.
 */
function worksAlone({ claim, lifeline }: Context): boolean {
  return claim.detached === true || (lifeline === "output" && claim.role !== "browser");
}

export default livingOwner;
