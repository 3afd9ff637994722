import type { Action } from "../../src/contract.ts";

/** TERM lets a program save what it has; CONT lets a stopped one hear it; KILL is for those that will not. */
const terminate: Action = {
  name: "terminate",
  summary: "asks the whole tree to end, waits one grace period for all, then ends the rest by force",
  subject: "processes",
  signals: { ask: ["TERM", "CONT"], force: "KILL" },
};

export default terminate;
