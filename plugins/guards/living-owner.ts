import { firstByPid, hasEnded, sameOwner } from "../../src/process.ts";
import { isCalledClaude } from "../../src/vocabulary/claude-names.ts";
import { mayBeHandedOn, MULTIPLEXER_VARIABLES } from "../../src/vocabulary/handed-on.ts";
import { HOME_VARIABLES, JOB_VARIABLE, OWNER_VARIABLES, recordedOwner } from "../../src/vocabulary/owner.ts";
import type { Owner } from "../../src/vocabulary/owner.ts";
import { RUN_VARIABLE } from "../../src/vocabulary/run-tag.ts";
import type { Context, Guard, Process } from "../../src/contract.ts";

/**
 * What an agent puts in the background of a tool call loses its creator with that call, and whoever read what the call
 * printed. The agent left its pid behind: while it lives, it is the one that asked for this.
 */
const livingOwner: Guard = {
  name: "living-owner",
  summary: "what a living agent put in the background: its pid is in the environment",
  asks: "root",
  needs: ["environment"],
  variables: [...OWNER_VARIABLES, ...HOME_VARIABLES, ...MULTIPLEXER_VARIABLES, JOB_VARIABLE],
  object(process, context) {
    const { table, tree, claim, isOrphan } = context;
    if (table.host.platform !== "win32" && !worksAlone(context)) return undefined;
    if (claim.detached === true && process.env === undefined) {
      const agent = agentBefore(process, context);
      return agent && { stands: "unsure", because: `an agent that is alive (pid ${agent.pid}) may have put it there` };
    }
    const owner = recordedOwner(process, table);
    if (owner?.fate === "dead" && claim.debris === true && isHandedOn(process, owner, context)) {
      return { stands: "unsure", because: `it may have its ${owner.variable} of a shell or a tmux that lives` };
    }
    if (owner === undefined || owner.fate === "dead" || tree.has(owner.pid) || isOrphan(owner.pid)) return undefined;
    return { stands: "unsure", because: `it was started by an agent that may want it: ${owner.because}` };
  },
};

/** What nothing but its mark makes an agent's may be a person's, from a tmux that the agent had started. */
function isHandedOn(process: Process, { variable }: Owner, { table, tree, isOrphan }: Context): boolean {
  if (variable === RUN_VARIABLE) return false;
  return mayBeHandedOn(process, variable, table, (pid) => tree.has(pid) || isOrphan(pid));
}

/** Where the system tells no environment, what was put in the background may be any agent's that was there before. */
function agentBefore({ startedAt, uid }: Process, { table, tree, isOrphan }: Context): Process | undefined {
  return firstByPid(table.processes, (one) => {
    if ((one.name !== undefined && !isCalledClaude(one.name)) || hasEnded(one)) return false;
    if (one.uid !== undefined && uid !== undefined && !sameOwner(one.uid, uid)) return false;
    if (one.startedAt !== undefined && startedAt !== undefined && one.startedAt > startedAt) return false;
    return !tree.has(one.pid) && !isOrphan(one.pid);
  });
}

/**
 * A single run, a worker and a tool call's shell do what they were told to, heard or not. So does what was detached, whose
 * streams end with whoever did that. A server, a conversation and a browser wait for somebody: where the ends of streams can
 * be seen, those tell of them, and on Windows nothing does.
 */
function worksAlone({ claim, lifeline }: Context): boolean {
  return claim.detached === true || claim.role === "shell" || (lifeline === "output" && claim.role !== "browser");
}

export default livingOwner;
