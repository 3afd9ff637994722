import { leftoverFamily, pidInFile } from "../../src/leftovers/remains.ts";
import type { Leftover, LeftoverMatcher } from "../../src/contract.ts";

const NAME = /^codex-arg0[A-Za-z0-9]{6}$/;
const READS = ["names", "lock", { text: { file: ".pid" } }] as const;

/**
 * Where Codex links itself under the names of its helpers, locked as long as it runs. Those without a pid are
 * left to Codex, which takes what it can lock away at its next start.
 */
const codexArg0: LeftoverMatcher = leftoverFamily({
  name: "codex-arg0",
  summary: "helper directories of Codex runs that are dead and hold no lock",
  family: "codex",
  lairs: [
    { under: "codex", at: "tmp/arg0", entry: NAME, kind: "directory", reads: READS },
    { under: "codex", at: "tmp/path2", entry: NAME, kind: "directory", reads: READS },
  ],
  whose: pidInFile(".pid"),
  stays({ lock }: Leftover) {
    if (lock === "taken") return { verdict: "owned", because: "somebody holds its lock" };
    return lock === "free"
      ? undefined
      : { verdict: "unsure", because: "whether somebody holds its lock cannot be told" };
  },
});

export default codexArg0;
