import { commandOf } from "../../src/vocabulary/command.ts";
import { holdsElsewhere, holdsRunning, mayHold } from "../../src/vocabulary/ends-with-client.ts";
import { mayServeLogin } from "../../src/vocabulary/kept.ts";
import type { Guard, Objection } from "../../src/contract.ts";

const HOLDS: Objection = { stands: "spare", because: "containers, machines or mounts end with it" };
const SERVES: Objection = {
  stands: "spare",
  because: "the whole login, or programs of a person's, may go on using it",
};
const UNKNOWN: Objection = { stands: "unsure", because: "whether it holds containers or mounts is unknown" };

/**
 * `docker compose up` below a tool call's shell, or a shell of no agent's in a worktree that is gone: whom that serves nobody
 * knows. What stays by itself in such a worktree (a mount, a supervisor) stays below such a shell, too. Servers that are
 * spoken to through `docker run -i` are an agent's own.
 */
const containers: Guard = {
  name: "containers",
  summary: "what has a client of containers or machines below it, or a mount: they end with that",
  asks: "every member",
  needs: ["command"],
  object(process, { claim, isAgents }) {
    if (claim.debris === true) {
      if (process.argv === undefined) return UNKNOWN;
      if (holdsElsewhere(process)) return HOLDS;
      return mayServeLogin(process) ? SERVES : undefined;
    }
    if (isAgents(process.pid) || !mayHold(process)) return undefined;
    if (process.argv === undefined) return UNKNOWN;
    const command = commandOf(process);
    return command !== undefined && holdsRunning(command) ? HOLDS : undefined;
  },
};

export default containers;
