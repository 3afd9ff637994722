import type { Guard } from "../../src/contract.ts";

/**
 * `NSpid` with more than one entry: it lives in a pid namespace below ours (proc_pid_status(5)) and
 * answers to whoever made that. `ns/pid` says the same but is denied for a process with more rights
 * than ours; NSpid is not.
 */
const otherNamespace: Guard = {
  name: "other-namespace",
  summary: "processes in a pid namespace of their own, containers above all",
  asks: "every member",
  needs: ["status", "namespace"],
  object(process, { table }) {
    if (process.nsPids !== undefined && process.nsPids.length > 1) {
      return { stands: "spare", because: "it lives in another pid namespace" };
    }
    if (process.pidNamespace !== undefined && process.pidNamespace !== "self") {
      return { stands: "spare", because: `it lives in another pid namespace (${process.pidNamespace})` };
    }
    if (table.host.platform !== "linux" || process.pidNamespace === "self" || process.nsPids?.length === 1) {
      return undefined;
    }
    return { stands: "unsure", because: "its pid namespace is unknown" };
  },
};

export default otherNamespace;
