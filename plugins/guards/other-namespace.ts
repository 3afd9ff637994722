import { areTogether, isInnerInit, mayBeMain, whereIs } from "../../src/vocabulary/namespaces.ts";
import type { Context, Guard, Objection, Process } from "../../src/contract.ts";

/**
 * `NSpid` with more than one entry: it lives in a pid namespace below ours (proc_pid_status(5)) and
 * answers to whoever made that. `ns/pid` says the same but is denied for a process with more rights
 * than ours; NSpid is not.
 */
const otherNamespace: Guard = {
  name: "other-namespace",
  summary: "processes in a pid namespace of their own; with --host-namespaces what a container was started for",
  asks: "every member",
  needs: ["status", "namespace"],
  object(process, context) {
    if (context.table.acrossNamespaces) return across(process, context);
    if (process.nsPids !== undefined && process.nsPids.length > 1) {
      return { stands: "spare", because: "it lives in another pid namespace" };
    }
    if (process.pidNamespace !== undefined && process.pidNamespace !== "self") {
      return { stands: "spare", because: `it lives in another pid namespace (${process.pidNamespace})` };
    }
    if (context.table.host.platform !== "linux" || process.pidNamespace === "self" || process.nsPids?.length === 1) {
      return undefined;
    }
    return { stands: "unsure", because: "its pid namespace is unknown" };
  },
};

/** Namespaces below ours were asked for: a tree lies in one of them as a whole, and is not what that is there for. */
function across(process: Process, { table, root }: Context): Objection | undefined {
  const where = whereIs(process);
  if (where === "unknown" && table.host.platform === "linux") {
    return { stands: "unsure", because: "its pid namespace is unknown" };
  }
  if (where !== "below") {
    return whereIs(root) === "below"
      ? { stands: "spare", because: "it lives in our pid namespace, and what started it does not" }
      : undefined;
  }
  if (process.pidNamespace === undefined) {
    return { stands: "unsure", because: "which pid namespace it lives in is unknown" };
  }
  if (process !== root) {
    return areTogether(process, root) ? undefined : {
      stands: "spare",
      because: `it lives in another pid namespace (${process.pidNamespace}) than what started it`,
    };
  }
  const init = table.parent(root);
  return init !== undefined && isInnerInit(init) && areTogether(init, root) && mayBeMain(root, init, table)
    ? { stands: "spare", because: "it is what its container was started for" }
    : undefined;
}

export default otherNamespace;
