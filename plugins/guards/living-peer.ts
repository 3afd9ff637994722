import { isHungUp, livingHolder } from "../../src/vocabulary/peers.ts";
import type { Guard } from "../../src/contract.ts";

const livingPeer: Guard = {
  name: "living-peer",
  summary: "processes that somebody alive still writes to or reads from",
  asks: "root",
  needs: ["stdio", "holders"],
  object(process, context) {
    if (process.stdio === undefined) {
      return context.table.host.platform === "linux"
        ? { stands: "unsure", because: "its standard streams could not be read" }
        : undefined;
    }
    if (isHungUp(process, context)) return undefined;
    for (const stream of process.stdio) {
      if (stream.kind === "tty") continue;
      const holder = livingHolder(stream, context);
      if (holder === "unknown") {
        return { stands: "unsure", because: `who holds the other end of fd ${stream.fd} is unknown` };
      }
      if (holder !== undefined) {
        return { stands: "spare", because: `fd ${stream.fd}: the other end is held by pid ${holder}, which is alive` };
      }
    }
    return undefined;
  },
};

export default livingPeer;
