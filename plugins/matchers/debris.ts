import { holdsElsewhere } from "../../src/vocabulary/ends-with-client.ts";
import { isKept } from "../../src/vocabulary/kept.ts";
import { OWNER_VARIABLES, recordedOwner } from "../../src/vocabulary/owner.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/**
 * Whatever else an agent's shell left in a worktree that is gone. The environment never claims by
 * itself (an editor or a tmux server started from an agent's shell inherits it all): it takes the
 * agent's marker, a working directory that has been deleted and an owner that is dead, together, and
 * even then none of what a person or the whole login goes on using.
 */
const debris: Matcher = {
  name: "debris",
  summary: "processes in deleted directories whose agent is dead",
  hints: [],
  needs: ["directory", "command", "executable"],
  marks: OWNER_VARIABLES,
  variables: ["CLAUDECODE", ...OWNER_VARIABLES],
  alsoNeeds: (process) => (process.cwdDeleted === true ? ["environment"] : []),
  claim(process, table): Claim | undefined {
    if (process.cwdDeleted !== true || process.env === undefined) return undefined;
    const owner = recordedOwner(process, table);
    if (owner?.fate !== "dead" || isKept(process, table)) return undefined;
    if (holdsElsewhere(process)) return undefined;
    return {
      family: "debris",
      role: "shell",
      debris: true,
      because: `${owner.variable} names a dead agent and the working directory has been deleted`,
    };
  },
};

export default debris;
