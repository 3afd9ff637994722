import { leftoverFamily, pidInName } from "../../src/leftovers/remains.ts";
import type { LeftoverMatcher } from "../../src/contract.ts";

const NAME = /^sqlite-graphrag-spawn-(\d+)$/;

/** Where sqlite-graphrag lets its agents work, named after itself. */
const graphragSpawn: LeftoverMatcher = leftoverFamily({
  name: "graphrag-spawn",
  summary: "working directories of sqlite-graphrag runs that are dead",
  family: "sqlite-graphrag",
  lairs: [{ under: "temporary", entry: NAME, kind: "directory" }],
  whose: pidInName(NAME),
  outlives: true,
});

export default graphragSpawn;
