import type { Guard } from "../../src/contract.ts";

/** Pid and start name one process for ever; a pid alone names whoever has it when the signal is sent. */
const identity: Guard = {
  name: "identity",
  summary: "processes whose start is unknown: no signal could be kept from whoever gets their pid",
  asks: "every member",
  needs: [],
  object(process) {
    return process.startToken === undefined
      ? { stands: "unsure", because: "its start identity is unknown" }
      : undefined;
  },
};

export default identity;
