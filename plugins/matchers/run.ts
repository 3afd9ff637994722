import { isKept } from "../../src/vocabulary/kept.ts";
import { RUN_VARIABLE, runOf, SESSION_VARIABLE } from "../../src/vocabulary/run-tag.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/**
 * What `agent-reaper run` contained and could not end, for both who contain were killed at once. Here
 * the environment claims: whoever started it said that nothing of it outlives them, and they are named with
 * their exact start. Even so none of what a person or the whole login goes on using.
 */
const run: Matcher = {
  name: "run",
  summary: "what an agent-reaper run contained that was killed",
  hints: [],
  marks: [RUN_VARIABLE],
  needs: ["command", "executable", "environment"],
  // The session is read for who lists agents by it.
  variables: [RUN_VARIABLE, SESSION_VARIABLE],
  claim(process, table): Claim | undefined {
    const found = runOf(process, table);
    if (found?.fate !== "dead" || found.detachOk || isKept(process, table)) return undefined;
    return {
      family: "run",
      role: "worker",
      lifeline: "none",
      debris: true,
      because: `${RUN_VARIABLE} names an agent-reaper run that is gone`,
    };
  },
};

export default run;
