import { commandOf } from "../../src/vocabulary/command.ts";
import { holdsElsewhere, holdsRunning, mayHold } from "../../src/vocabulary/ends-with-client.ts";
import { servesThroughDevice } from "../../src/vocabulary/devices.ts";
import { mayServeLogin } from "../../src/vocabulary/kept.ts";
import { tells } from "../../src/vocabulary/told.ts";
import type { Guard, Objection } from "../../src/contract.ts";

const HOLDS: Objection = { stands: "spare", because: "containers, machines, mounts or networks end with it" };
const SERVES: Objection = {
  stands: "spare",
  because: "the whole login, or programs of a person's, may go on using it",
};
const UNKNOWN: Objection = { stands: "unsure", because: "whether it holds containers or mounts is unknown" };

/**
 * `docker compose up` below a tool call's shell, or a shell of no agent's in a worktree that is gone: whom that serves nobody
 * knows. What stays by itself in such a worktree (a mount, a supervisor) stays below such a shell, too. Servers that are
 * spoken to through `docker run -i` are an agent's own. Where the table tells what a process has open, a mount, a network or a
 * machine is known by its device, whatever its program is called.
 */
const containers: Guard = {
  name: "containers",
  summary: "what has a client of containers or machines below it, or a mount: they end with that",
  asks: "every member",
  needs: ["command", "sockets"],
  object(process, { claim, isAgents, table }) {
    if (!isAgents(process.pid)) {
      if (servesThroughDevice(process)) return HOLDS;
      if (process.devices === undefined && tells(table, "devices")) return UNKNOWN;
    }
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
