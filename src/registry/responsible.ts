/**
 * Who is responsible for a registered root: that is on record, and outdoes what its place in the table
 * says. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";
import type { Responsible } from "../report.ts";
import type { Standing } from "./standing.ts";

/** `parent`: what the table alone says. */
export function responsibleByRegistry(standing: Standing, root: Process, parent: Responsible): Responsible {
  const { entry, state, because } = standing;
  if (state === "healthy") return { who: "living", pid: entry.originator.pid, because };
  if (state !== "orphan") return { who: "unknown", because };
  if (standing.dismissed === true || parent.who === "nobody") return { ...parent, who: "nobody" };
  // Whoever is its parent now and was not then has taken it in: an init, or any subreaper. A parent that it had
  // from the first is no adopter: somebody else's child was put on record.
  if (entry.ppid === undefined || entry.ppid === root.ppid) return parent;
  return {
    who: "nobody",
    pid: root.ppid,
    because: `its parent ${entry.ppid} is gone: pid ${root.ppid} has taken it in`,
  };
}
