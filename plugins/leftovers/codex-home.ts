import { leftoverFamily, pidInName } from "../../src/leftovers/remains.ts";
import { baseName } from "../../src/process.ts";
import type { Leftover, LeftoverMatcher } from "../../src/contract.ts";

const NAME = /(?:^|-)codex-home-(\d+)(?:-\d+)?$/;
/** Programs that nobody has heard of give their Codex homes such names too, and people may as well. */
const OWN_NAME = /^(?:sqlite-graphrag-)?codex-home-\d+$/;
/** What Codex puts into its home. */
const OF_CODEX = /^(?:auth\.json|config\.toml|history\.jsonl|version\.json|sessions|log|logs)$/;

/** A private Codex home, named after the process that made it, with a copy of its credentials. */
const codexHome: LeftoverMatcher = leftoverFamily({
  name: "codex-home",
  summary: "private Codex homes of runs that are dead (sqlite-graphrag and others)",
  family: "codex-home",
  lairs: [
    { under: "data", at: "sqlite-graphrag", entry: /^codex-home-\d+$/, kind: "directory", reads: ["names"] },
    { under: "temporary", entry: /-codex-home-\d+(?:-\d+)?$/, kind: "directory", reads: ["names"] },
  ],
  whose: pidInName(NAME),
  // The Codex that was started in it may outlive whoever made it.
  outlives: true,
  stays({ path, names }: Leftover) {
    if (OWN_NAME.test(baseName(path))) return undefined;
    if (names === undefined) return { verdict: "unsure", because: "what is in it could not be read" };
    if (names.includes(".git")) return { verdict: "unsure", because: "there is a git repository in it" };
    return names.some((name) => OF_CODEX.test(name))
      ? undefined
      : { verdict: "unsure", because: "nothing in it is Codex's" };
  },
});

export default codexHome;
