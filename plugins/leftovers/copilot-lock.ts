import { leftoverFamily, pidInText, pidOf, type Whose } from "../../src/leftovers/remains.ts";
import { baseName } from "../../src/process.ts";
import type { Leftover, LeftoverMatcher } from "../../src/contract.ts";

const NAME = /^inuse\.(\d+)\.lock$/;

/** Name and text are the same pid; a lock that disagrees with itself tells nothing. */
function whose({ path, content }: Leftover): Whose {
  const pid = pidOf(NAME.exec(baseName(path))?.[1]);
  if (pid === undefined) return undefined;
  const said = pidInText(content, "text");
  if (said !== undefined && "pid" in said && said.pid !== pid) {
    return { unsure: `it is named ${pid} and says ${said.pid}` };
  }
  return said;
}

/** Marks a session of Copilot as in use: while it is there the session cannot be resumed. */
const copilotLock: LeftoverMatcher = leftoverFamily({
  name: "copilot-lock",
  summary: "marks of Copilot sessions in use (inuse.….lock) whose Copilot is dead",
  family: "copilot",
  lairs: [{
    under: "home",
    at: ".copilot/session-state",
    in: /^[0-9a-f-]{36}$/,
    entry: NAME,
    kind: "file",
    reads: [{ text: "itself" }],
  }],
  whose,
});

export default copilotLock;
