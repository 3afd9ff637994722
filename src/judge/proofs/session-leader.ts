import { isZombie } from "../../process.ts";
import type { Proof } from "../../contract.ts";

/**
 * The kernel keeps a session's number while anybody is in it (setsid(2)): an absent leader is a dead one. Who is driven from
 * another machine needs no shell that goes on here.
 */
const sessionLeader: Proof = {
  name: "session-leader",
  summary: "the leader of its session is dead",
  needs: [],
  find(root, { table, lifeline }) {
    if (lifeline === "network") return undefined;
    if (root.sid === undefined || root.sid <= 1 || root.sid === root.pid) return undefined;
    const leader = table.get(root.sid);
    if (leader === undefined) {
      return table.isAbsent(root.sid) === true
        ? { strength: "weak", because: `the leader of its session (${root.sid}) is gone` }
        : undefined;
    }
    return isZombie(leader)
      ? { strength: "weak", because: `the leader of its session (${root.sid}) has ended` }
      : undefined;
  },
};

export default sessionLeader;
