import { isZombie } from "../../src/contract.ts";
import type { Guard } from "../../src/contract.ts";

const zombie: Guard = {
  name: "zombie",
  summary: "processes that have ended and wait to be collected",
  asks: "root",
  needs: [],
  object(process, { table }) {
    if (process.state === undefined && table.host.platform !== "win32") {
      return { stands: "unsure", because: "whether it has ended cannot be told" };
    }
    if (isZombie(process)) {
      return { stands: "spare", because: "it has ended already and only waits to be collected by its parent" };
    }
    return process.state === "Z"
      ? { stands: "unsure", because: "its main thread has ended and what goes on in it cannot be told" }
      : undefined;
  },
};

export default zombie;
