import { sameOwner } from "../../src/process.ts";
import { isExplorer } from "../../src/vocabulary/explorer.ts";
import type { Guard, Process } from "../../src/contract.ts";

/**
 * A click in the Start menu makes Explorer the creator, and Explorer is restarted now and then: after an update, a
 * crash, by hand. What a person sits in front of goes on in its own console window.
 */
const formerExplorer: Guard = {
  name: "former-explorer",
  summary: "interactive agents on Windows that are older than Explorer: the one before it may have started them",
  asks: "root",
  needs: [],
  object(process, { table, lifeline }) {
    if (table.host.platform !== "win32" || lifeline !== "terminal" || process.ppid === 0) return undefined;
    const explorers = table.processes.filter(isExplorer);
    const isFormer = explorers.length > 0 &&
      !explorers.some((explorer) => isShellOf(process, explorer) && !isLater(explorer, process));
    return isFormer
      ? { stands: "unsure", because: "Explorer was restarted since: the one before may have started it" }
      : undefined;
  },
};

/** Others who are logged on have one of their own, and folders may have one for themselves (`/factory,{…}`): no Start menu is theirs. */
function isShellOf({ uid }: Process, { uid: itsUid, argv }: Process): boolean {
  if (uid === undefined || itsUid === undefined || !sameOwner(uid, itsUid)) return false;
  return argv?.some((word) => word.startsWith("/factory,")) === false;
}

/** Where a start is unknown it may have been. */
function isLater(explorer: Process, process: Process): boolean {
  return explorer.startedAt === undefined || process.startedAt === undefined || explorer.startedAt > process.startedAt;
}

export default formerExplorer;
