import { sameOwner } from "../../src/process.ts";
import type { Guard } from "../../src/contract.ts";

const otherUser: Guard = {
  name: "other-user",
  summary: "processes of another user, unless those of all users were asked for",
  asks: "every member",
  needs: ["owner", "environment"],
  variables: ["HOME"],
  object(process, { table, policy, root }) {
    if (process.uid === undefined) return { stands: "unsure", because: "its owner is unknown" };
    if (sameOwner(process.uid, table.viewer.uid)) return undefined;
    if (policy.allUsers !== true) {
      return { stands: "spare", because: `it belongs to another user (${process.uid})` };
    }
    if (root.uid === undefined || !sameOwner(process.uid, root.uid)) {
      return { stands: "spare", because: `it belongs to another user (${process.uid}) than what started it` };
    }
    // What a vendor keeps running on purpose is noted in the home of that user, and not in ours.
    if (process.env?.["HOME"] !== undefined) return undefined;
    return { stands: "unsure", because: `where user ${process.uid} has a home is unknown` };
  },
};

export default otherUser;
