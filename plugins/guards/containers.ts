import { commandOf } from "../../src/vocabulary/command.ts";
import { holdsRunning } from "../../src/vocabulary/container-run.ts";
import { holdsElsewhere } from "../../src/vocabulary/kept.ts";
import type { Guard, Objection, Process } from "../../src/contract.ts";

const HOLDS: Objection = { stands: "spare", because: "containers, machines or mounts end with it" };
const UNKNOWN: Objection = { stands: "unsure", because: "whether it holds containers or mounts is unknown" };
/** Clients, and what they are scripts of: of any other program nothing needs to be known. */
const MAY_HOLD = new Set(["container", "tart", "lume"]);
const MAY_BEGIN = [
  ...["docker", "podman", "nerdctl", "limactl", "finch", "python"],
  ...["rclone", "juicefs", "sshfs", "gocryptfs", "encfs", "cryfs", "s3fs", "gcsfuse", "mergerfs", "bindfs"],
];

/**
 * `docker compose up` below a tool call's shell, or a shell of no agent's in a worktree that is gone: whom that serves nobody
 * knows. Servers that are spoken to through `docker run -i` are an agent's own.
 */
const containers: Guard = {
  name: "containers",
  summary: "what has a client of containers or machines below it, or a mount: they end with that",
  asks: "every member",
  needs: ["command"],
  object(process, { claim, isAgents }) {
    if (claim.debris === true) {
      if (process.argv === undefined) return UNKNOWN;
      return holdsElsewhere(process) ? HOLDS : undefined;
    }
    if (isAgents(process.pid) || !mayHold(process)) return undefined;
    if (process.argv === undefined) return UNKNOWN;
    const command = commandOf(process);
    return command !== undefined && holdsRunning(command) ? HOLDS : undefined;
  },
};

/** By the short name alone, which is read of everybody; who has none may be anybody. */
function mayHold({ name }: Process): boolean {
  if (name === undefined) return true;
  const small = name.toLowerCase();
  return MAY_HOLD.has(small) || MAY_BEGIN.some((word) => small.startsWith(word));
}

export default containers;
