import type { Guard } from "../../src/contract.ts";

/** One-way evidence: node resets SIGHUP, so its absence proves nothing. */
const nohup: Guard = {
  name: "nohup",
  summary: "processes told to outlive their terminal",
  asks: "root",
  needs: ["status"],
  object(process, { table }) {
    if (process.ignoresHangup === true) {
      return { stands: "spare", because: "it ignores SIGHUP: somebody wanted it to go on (nohup)" };
    }
    return process.ignoresHangup === undefined && table.host.platform === "linux"
      ? { stands: "unsure", because: "whether it ignores SIGHUP is unknown" }
      : undefined;
  },
};

export default nohup;
