import { adopterKind } from "../../src/vocabulary/adopters.ts";
import { perTable } from "../../src/vocabulary/per-table.ts";
import type { Guard } from "../../src/contract.ts";

const self: Guard = {
  name: "self",
  summary: "ourselves, our ancestors, and whoever adopts orphans",
  asks: "every member",
  needs: [],
  object(process, { table }) {
    if (process.pid === table.viewer.pid) return { stands: "spare", because: "it is this program" };
    if (aboveUs(table).has(process.pid)) return { stands: "spare", because: "this program was started below it" };
    if (adopterKind(process, table) !== undefined) return { stands: "spare", because: "it takes in what others lost" };
    return process.pid <= 1 ? { stands: "spare", because: "pid 1 is never touched" } : undefined;
  },
};

const aboveUs = perTable((table): ReadonlySet<number> => {
  const viewer = table.get(table.viewer.pid);
  return new Set(viewer === undefined ? [] : table.ancestors(viewer).map(({ pid }) => pid));
});

export default self;
