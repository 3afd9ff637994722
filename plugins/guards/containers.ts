import { holdsElsewhere } from "../../src/vocabulary/kept.ts";
import type { Guard } from "../../src/contract.ts";

/** A shell of no agent's in a worktree that is gone, and below it `docker compose up`: whom that serves nobody knows. */
const containers: Guard = {
  name: "containers",
  summary: "debris that has a client of containers or machines below it: they end with that",
  asks: "every member",
  needs: ["command"],
  object(process, { claim }) {
    if (claim.debris !== true) return undefined;
    if (process.argv === undefined) return { stands: "unsure", because: "whether it holds containers is unknown" };
    return holdsElsewhere(process)
      ? { stands: "spare", because: "containers or machines that run elsewhere end with it" }
      : undefined;
  },
};

export default containers;
