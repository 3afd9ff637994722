import { survivedTree } from "../../src/vocabulary/survivors.ts";
import type { Guard } from "../../src/contract.ts";

const tooYoung: Guard = {
  name: "too-young",
  summary: "processes that have only just started",
  asks: "root",
  needs: [],
  object(process, { table, policy }) {
    if (process.startedAt === undefined) return { stands: "unsure", because: "its age is unknown" };
    const ageMs = table.takenAt - process.startedAt;
    // A survivor's tree was old enough when it was asked.
    if (ageMs >= policy.minAgeMs || survivedTree(process, table) !== undefined) return undefined;
    const seconds = Math.max(0, Math.floor(ageMs / 1000));
    return {
      stands: "spare",
      because: `started ${seconds} s ago, younger than ${Math.ceil(policy.minAgeMs / 1000)} s`,
    };
  },
};

export default tooYoung;
