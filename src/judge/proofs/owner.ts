import {
  claudeHomes,
  HOME_VARIABLES,
  JOB_VARIABLE,
  OWNER_VARIABLES,
  recordedOwner,
  sessionFile,
} from "../../vocabulary/owner.ts";
import { mayBeHandedOn, MULTIPLEXER_VARIABLES } from "../../vocabulary/handed-on.ts";
import { isBeyond } from "../../vocabulary/namespaces.ts";
import { RUN_VARIABLE } from "../../vocabulary/run-tag.ts";
import { isShared } from "../claims.ts";
import type { Proof } from "../../contract.ts";

/** The owner on record is dead: strong when its start was recorded too, for pids recur. */
const owner: Proof = {
  name: "owner",
  summary: "the agent that started it is on record and dead",
  needs: ["environment"],
  variables: [...OWNER_VARIABLES, ...HOME_VARIABLES, ...MULTIPLEXER_VARIABLES, JOB_VARIABLE],
  files(process, table) {
    const recorded = recordedOwner(process, table);
    return recorded === undefined || isBeyond(process, table)
      ? []
      : claudeHomes(process, table).map((home) => sessionFile(home, recorded.pid, table));
  },
  find(root, { table, claim, lifeline, tree, isOrphan }) {
    const recorded = recordedOwner(root, table);
    if (recorded?.fate !== "dead") return undefined;
    // What all share was started by whichever of them came first, and whom a database serves nobody knows. Our own run said
    // that it ends with it.
    const isOnPort = lifeline === "none" && (claim.debris === true || claim.role === "shell");
    const isForOthers = isShared(claim) || isOnPort;
    if (isForOthers && recorded.variable !== RUN_VARIABLE) return undefined;
    const isNobody = (pid: number) => tree.has(pid) || isOrphan(pid);
    if (recorded.variable !== RUN_VARIABLE && mayBeHandedOn(root, recorded.variable, table, isNobody)) return undefined;
    return { strength: recorded.withStart ? "strong" : "weak", because: recorded.because };
  },
};

export default owner;
