import type { Guard } from "../../src/contract.ts";

const clients: Guard = {
  name: "clients",
  summary: "servers that somebody alive is connected to",
  asks: "every member",
  needs: ["sockets"],
  object(process, { table, tree }) {
    if (process.listening === undefined || process.listening.length === 0) return undefined;
    if (process.clients === undefined) {
      return { stands: "unsure", because: `it listens on ${process.listening.join(", ")} and its clients are unknown` };
    }
    const client = process.clients.find((pid) => !tree.has(pid) && table.get(pid) !== undefined);
    return client === undefined ? undefined : { stands: "spare", because: `pid ${client} is connected to it` };
  },
};

export default clients;
