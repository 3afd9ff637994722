import { isZombie } from "../../src/process.ts";
import type { Guard } from "../../src/contract.ts";

const zombie: Guard = {
  name: "zombie",
  summary: "processes that have ended and wait to be collected",
  asks: "every member",
  needs: [],
  object(process, { table, root }) {
    if (process.state === undefined) {
      return table.host.platform === "win32"
        ? undefined
        : { stands: "unsure", because: "whether it has ended cannot be told" };
    }
    // Below a root it is in nobody's way, and nobody signals it.
    if (process.state !== "Z" || process !== root) return undefined;
    return isZombie(process)
      ? { stands: "spare", because: "it has ended already and only waits to be collected by its parent" }
      : { stands: "unsure", because: "its main thread has ended and what goes on in it cannot be told" };
  },
};

export default zombie;
