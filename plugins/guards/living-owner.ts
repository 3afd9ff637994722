import { HOME_VARIABLES, OWNER_VARIABLES, recordedOwner } from "../../src/vocabulary/owner.ts";
import type { Guard, Table } from "../../src/contract.ts";

/**
 * What an agent puts in the background of a tool call loses its creator with that call, and on Windows a dead creator
 * is all there is to go by. The agent left its pid behind: while it lives, it is the one that asked for this.
 */
const livingOwner: Guard = {
  name: "living-owner",
  summary: "what a living agent on Windows put in the background: its pid is in the environment",
  asks: "root",
  needs: ["environment"],
  variables: [...OWNER_VARIABLES, ...HOME_VARIABLES],
  object(process, { table, tree, isOrphan }) {
    if (table.host.platform !== "win32") return undefined;
    if (process.env === undefined) {
      return process.unread?.["env"] !== undefined || isTold(table)
        ? { stands: "unsure", because: "whether a living agent started it is unknown" }
        : undefined;
    }
    const owner = recordedOwner(process, table);
    if (owner === undefined || owner.fate === "dead" || tree.has(owner.pid) || isOrphan(owner.pid)) return undefined;
    return { stands: "unsure", because: `it was started by an agent that may want it: ${owner.because}` };
  },
};

/** A table that was taken without environments tells them of nobody. */
function isTold(table: Table): boolean {
  return table.processes.some((process) => process.env !== undefined);
}

export default livingOwner;
