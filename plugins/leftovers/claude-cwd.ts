import { leftoverFamily } from "../../src/leftovers/remains.ts";
import { namedBy } from "../../src/leftovers/staleness.ts";
import { baseName } from "../../src/process.ts";
import type { Leftover, LeftoverMatcher, Table } from "../../src/contract.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** One absolute path, with the newline that `pwd` ends it with; empty where the shell was killed before. */
const ONE_PATH = /^(?:(?:\/|[A-Za-z]:[\\/])[^\n\0]*\n?)?$/;

/** Where a shell that Claude started notes its directory. It names nobody: only whoever names it can be asked. */
const claudeCwd: LeftoverMatcher = leftoverFamily({
  name: "claude-cwd",
  summary: "notes of Claude's shells (/tmp/claude-…-cwd), older than a day, that no process names",
  family: "claude",
  lairs: [{
    under: "temporary",
    entry: /^claude-[0-9a-f]{4,16}-cwd$/,
    kind: "file",
    reads: [{ text: "itself" }],
  }],
  whose: () => ({ nobody: true }),
  needs: ["command"],
  stays(leftover: Leftover, table: Table) {
    const { content, changedAt, modifiedAt } = leftover;
    if (content === undefined || !ONE_PATH.test(content)) {
      return { verdict: "unsure", because: "it does not hold the path of one directory" };
    }
    const changed = changedAt ?? modifiedAt;
    if (changed === undefined) return { verdict: "unsure", because: "when it was written could not be read" };
    if (table.takenAt - changed < DAY_MS) return { verdict: "owned", because: "it was written within the last day" };
    return namedBy(baseName(leftover.path), table);
  },
});

export default claudeCwd;
