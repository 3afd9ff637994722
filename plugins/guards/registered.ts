import type { Guard } from "../../src/contract.ts";

const registered: Guard = {
  name: "registered",
  summary: "processes in the registry whose originator lives, or that are to outlive it",
  asks: "every member",
  needs: [],
  object(process, { table }) {
    if (table.snapshot.registered === undefined) return undefined;
    const standing = table.registered.get(process.pid);
    if (standing === undefined || standing.state === "orphan") return undefined;
    return { stands: standing.state === "healthy" ? "spare" : "unsure", because: standing.because };
  },
};

export default registered;
