import { isUntold, storeInside, textOf } from "../../src/vocabulary/inside-files.ts";
import { isBeyond } from "../../src/vocabulary/namespaces.ts";
import type { Guard, Objection, Process, Table } from "../../src/contract.ts";

const registered: Guard = {
  name: "registered",
  summary: "processes in the registry whose originator lives, or that are to outlive it",
  asks: "every member",
  needs: ["environment"],
  variables: ["HOME"],
  files(process, table) {
    const store = isBeyond(process, table) ? storeInside(process) : undefined;
    return store === undefined ? [] : [store];
  },
  object(process, { table }) {
    const standing = table.snapshot.registered === undefined ? undefined : table.registered.get(process.pid);
    if (standing === undefined) return elsewhere(process, table);
    if (standing.state === "orphan") return undefined;
    return { stands: standing.state === "healthy" ? "spare" : "unsure", because: standing.because };
  },
};

/** A container may have a registry of its own, which nobody else's program opens. */
function elsewhere(process: Process, table: Table): Objection | undefined {
  if (!isBeyond(process, table)) return undefined;
  const store = storeInside(process);
  if (store === undefined) return { stands: "unsure", because: "where its user has a home in there is unknown" };
  return textOf(process, store, table) !== undefined || isUntold(process, store, table)
    ? { stands: "unsure", because: "an agent-reaper in there may have it on record" }
    : undefined;
}

export default registered;
