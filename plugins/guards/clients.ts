import type { Guard, Process } from "../../src/contract.ts";

const clients: Guard = {
  name: "clients",
  summary: "servers that somebody alive is connected to",
  asks: "every member",
  needs: ["sockets"],
  object(process, { tree, root, claim, table }) {
    // Whoever is connected is alive, in the table or not: it may be another user's, or younger than the list of processes.
    const client = process.clients?.find((pid) => !tree.has(pid));
    if (client !== undefined) return { stands: "spare", because: `pid ${client} is connected to it` };
    if (process.unread?.["listening"] !== undefined) {
      return { stands: "unsure", because: "whether it listens could not be read" };
    }
    if (process.clients !== undefined) return undefined;
    if (process.listening === undefined) {
      // Its own words put it on a port, or what it launched is on one.
      const isOnPort = process === root && claim.shared === true;
      const isTold = ({ listening, clients }: Process) => (listening ?? clients) !== undefined;
      return isOnPort && !table.tree(root).some(isTold)
        ? { stands: "unsure", because: "it is on a port, and who is connected to it is unknown" }
        : undefined;
    }
    if (process.listening.length === 0) return undefined;
    return { stands: "unsure", because: `it listens on ${process.listening.join(", ")} and its clients are unknown` };
  },
};

export default clients;
