import { byPid } from "../../src/process.ts";
import type { Guard } from "../../src/contract.ts";

/**
 * A console outlives the program that it was made for as long as another one is attached to it
 * (`start /b server & exit`), and whoever ends the host ends what they write to. Windows does not tell
 * who is attached, but children inherit it, and the dead creator's other children are in the table.
 */
const sharedConsole: Guard = {
  name: "shared-console",
  summary: "console hosts whose console other living programs may use",
  asks: "root",
  needs: [],
  object(process, { table, claim, isOrphan }) {
    if (claim.family !== "conhost" || process.ppid === 0) return undefined;
    const [sibling] = table.processes.filter(({ pid, ppid }) =>
      ppid === process.ppid && pid !== process.pid && pid !== ppid && !isOrphan(pid)
    ).sort(byPid);
    return sibling === undefined ? undefined : {
      stands: "unsure",
      because: `pid ${sibling.pid} was started by the same program and may use its console`,
    };
  },
};

export default sharedConsole;
