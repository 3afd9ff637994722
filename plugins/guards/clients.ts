import type { Guard } from "../../src/contract.ts";

const clients: Guard = {
  name: "clients",
  summary: "servers that somebody alive is connected to",
  asks: "every member",
  needs: ["sockets"],
  object(process, { tree }) {
    // Whoever is connected is alive, in the table or not: it may be another user's, or younger than the list of processes.
    const client = process.clients?.find((pid) => !tree.has(pid));
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
