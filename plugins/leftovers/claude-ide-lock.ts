import { fieldsOf, leftoverFamily, pidOf, type Whose } from "../../src/leftovers/remains.ts";
import type { Leftover, LeftoverMatcher, Table } from "../../src/contract.ts";

/** Beside these it holds a token that nobody else is to have. */
const FIELDS = ["pid", "runningInWindows"] as const;

function whose({ content }: Leftover): Whose {
  const pid = fieldsOf(content)?.["pid"];
  const number = typeof pid === "number" ? pidOf(String(pid)) : undefined;
  return number === undefined ? { unsure: "it holds no pid that could be read" } : { pid: number };
}

/** The lock file of an editor that Claude can connect to, named after the port that the editor listens on. */
const claudeIdeLock: LeftoverMatcher = leftoverFamily({
  name: "claude-ide-lock",
  summary: "Claude's lock files of editors that are dead and listen no more",
  family: "claude",
  lairs: [{
    under: "claude",
    at: "ide",
    entry: /^\d{1,5}\.lock$/,
    kind: "file",
    reads: ["port", { text: "itself", fields: FIELDS }],
  }],
  whose,
  stays({ content, port }: Leftover, { host }: Table) {
    const isOfWindows = fieldsOf(content)?.["runningInWindows"] === true;
    if (host.wsl === true || (isOfWindows && host.platform !== "win32")) {
      return { verdict: "spared", because: "its editor may run in Windows, whose pids are others" };
    }
    if (port === "open") return { verdict: "owned", because: "somebody listens on its port" };
    return port === "closed"
      ? undefined
      : { verdict: "unsure", because: "whether somebody listens on its port cannot be told" };
  },
});

export default claudeIdeLock;
