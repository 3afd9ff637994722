import { baseName } from "../../src/contract.ts";
import type { Leftover, LeftoverJudgement, LeftoverMatcher, Table } from "../../src/contract.ts";

const NAME = /^(?:sqlite-graphrag-)?codex-home-(\d+)$/;
/** Clocks of file systems and processes are read apart. */
const SLACK_MS = 2_000;

/**
 * A private Codex home, named after the process that made it, with a copy of its credentials. It is
 * stale when nobody has that pid, or somebody who started after the directory was last written.
 */
const codexHome: LeftoverMatcher = {
  name: "codex-home",
  summary: "private Codex homes of sqlite-graphrag runs that are dead",
  places(host, viewer, variables) {
    if (host.platform === "win32") return [];
    const data = variables["XDG_DATA_HOME"]?.startsWith("/") === true
      ? variables["XDG_DATA_HOME"]
      : `${viewer.home}/.local/share`;
    const temporary = variables["TMPDIR"]?.startsWith("/") === true
      ? variables["TMPDIR"].replace(/(?<=.)\/+$/, "")
      : "/tmp";
    return [
      { base: `${data}/sqlite-graphrag`, entry: /^codex-home-\d+$/, kind: "directory", from: "XDG_DATA_HOME" },
      { base: temporary, entry: /^sqlite-graphrag-codex-home-\d+$/, kind: "directory", from: "TMPDIR" },
    ];
  },
  judge(leftover, table): LeftoverJudgement | undefined {
    const pid = Number(NAME.exec(baseName(leftover.path))?.[1]);
    if (!Number.isSafeInteger(pid) || leftover.kind !== "directory") return undefined;
    return { family: "codex-home", ...(planted(leftover, table) ?? ownedBy(pid, leftover, table)) };
  },
};

type Judged = Omit<LeftoverJudgement, "family">;

/** Whoever can write there can put a name there. */
function planted(leftover: Leftover, table: Table): Judged | undefined {
  if (leftover.uid === undefined || leftover.mode === undefined) {
    return { verdict: "unsure", because: "whose it is could not be read" };
  }
  if (leftover.uid !== table.viewer.uid) {
    return { verdict: "spared", because: `it belongs to another user (${leftover.uid})` };
  }
  return (leftover.mode & 0o022) === 0 ? undefined : { verdict: "unsure", because: "others can write into it" };
}

function ownedBy(pid: number, leftover: Leftover, table: Table): Judged {
  const owner = table.get(pid);
  if (owner === undefined) {
    // A home that is mounted into a container holds what the host's processes made, and their pids are not ours.
    return table.isAbsent(pid) === true && table.host.container !== true
      ? { verdict: "leftover", because: `the process it is named after (${pid}) is gone` }
      : { verdict: "unsure", because: `whether process ${pid} is alive cannot be told here` };
  }
  if (owner.startedAt === undefined || leftover.modifiedAt === undefined) {
    return { verdict: "owned", because: `process ${pid} is alive` };
  }
  return owner.startedAt > leftover.modifiedAt + SLACK_MS
    ? { verdict: "leftover", because: `pid ${pid} belongs to a process that started after it was last written` }
    : { verdict: "owned", because: `process ${pid} is alive` };
}

export default codexHome;
