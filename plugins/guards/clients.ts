import type { Guard } from "../../src/contract.ts";

const clients: Guard = {
  name: "clients",
  summary: "servers that somebody alive is connected to",
  asks: "every member",
  needs: ["sockets"],
  object(process, { table, tree }) {
    const client = process.clients?.find((pid) => !tree.has(pid) && table.get(pid) !== undefined);
    if (client !== undefined) return { stands: "spare", because: `pid ${client} is connected to it` };
    if (process.unread?.["listening"] !== undefined) {
      return { stands: "unsure", because: "whether it listens could not be read" };
    }
    if (process.listening === undefined || process.listening.length === 0 || process.clients !== undefined) {
      return undefined;
    }
    return { stands: "unsure", because: `it listens on ${process.listening.join(", ")} and its clients are unknown` };
  },
};

export default clients;
