import { leftoverFamily, pidInName } from "../../src/leftovers/remains.ts";
import { baseName } from "../../src/process.ts";
import type { Leftover, LeftoverMatcher } from "../../src/contract.ts";

const NAME = /^\.agent-reaper-(\d+)-\w{6}$/;
/** Removal gives numbers to what it has made sure of (src/leftovers/removal.ts). */
const MADE_SURE_OF = /^\d+$/;

/** The private directory of a removal that was itself killed: the next run finishes it. */
const ownDebris: LeftoverMatcher = leftoverFamily({
  name: "own-debris",
  summary: "removals of our own that were killed half way",
  family: "agent-reaper",
  lairs: [],
  beside: { entry: NAME, kind: "directory", reads: ["names"] },
  whose: pidInName(NAME),
  stays({ names, path }: Leftover) {
    if (names === undefined) return { verdict: "unsure", because: "what is in it could not be read" };
    const other = names.find((name) => !MADE_SURE_OF.test(name));
    return other === undefined ? undefined : {
      verdict: "unsure",
      because: `whether ${other} in it was to be removed is not known: look at it, and move it or remove ${
        baseName(path)
      }`,
    };
  },
});

export default ownDebris;
