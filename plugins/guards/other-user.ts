import type { Guard } from "../../src/contract.ts";

const otherUser: Guard = {
  name: "other-user",
  summary: "processes of another user",
  asks: "every member",
  needs: ["owner"],
  object(process, { table }) {
    if (process.uid === undefined) return { stands: "unsure", because: "its owner is unknown" };
    if (isSame(process.uid, table.viewer.uid)) return undefined;
    return { stands: "spare", because: `it belongs to another user (${process.uid})` };
  },
};

/** Windows does not tell user names apart by case. */
function isSame(one: number | string, other: number | string): boolean {
  if (typeof one === "string" && typeof other === "string") return one.toLowerCase() === other.toLowerCase();
  return one === other;
}

export default otherUser;
