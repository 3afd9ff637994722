import type { Guard } from "../../src/contract.ts";

/**
 * What a process calls itself can be had by anybody (`exec -a claude sleep 9`). macOS shows a person no more than that;
 * where the system tells executables, one that could not be read may be whatever it likes.
 */
const executable: Guard = {
  name: "executable",
  summary: "processes whose executable is unknown where the system tells it",
  asks: "root",
  needs: ["executable"],
  object({ exe }, { table }) {
    if (exe !== undefined || table.host.platform === "darwin") return undefined;
    return { stands: "unsure", because: "its executable is unknown, and what it calls itself is no proof" };
  },
};

export default executable;
