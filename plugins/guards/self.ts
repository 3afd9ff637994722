import { adopterKind } from "../../src/vocabulary/adopters.ts";
import type { Guard, Table } from "../../src/contract.ts";

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

const above = new WeakMap<Table, ReadonlySet<number>>();

/** Every member of every tree is asked: who is above us is looked up once. */
function aboveUs(table: Table): ReadonlySet<number> {
  let found = above.get(table);
  if (found === undefined) {
    const viewer = table.get(table.viewer.pid);
    found = new Set(viewer === undefined ? [] : table.ancestors(viewer).map(({ pid }) => pid));
    above.set(table, found);
  }
  return found;
}

export default self;
