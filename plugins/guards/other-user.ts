import { sameOwner } from "../../src/process.ts";
import type { Guard } from "../../src/contract.ts";

const otherUser: Guard = {
  name: "other-user",
  summary: "processes of another user",
  asks: "every member",
  needs: ["owner"],
  object(process, { table }) {
    if (process.uid === undefined) return { stands: "unsure", because: "its owner is unknown" };
    if (sameOwner(process.uid, table.viewer.uid)) return undefined;
    return { stands: "spare", because: `it belongs to another user (${process.uid})` };
  },
};

export default otherUser;
