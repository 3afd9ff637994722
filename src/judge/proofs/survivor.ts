import type { Proof } from "../../contract.ts";
import { survivedTree } from "../../vocabulary/survivors.ts";

/** It was judged with its tree, twice, and those above it did as they were asked. */
const survivor: Proof = {
  name: "survivor",
  summary: "it was asked to end with its tree, and stayed when those above it went",
  needs: [],
  find(root, { table }) {
    const tree = survivedTree(root, table);
    if (tree === undefined) return undefined;
    return {
      strength: "strong",
      because: `it was asked to end with pid ${tree.root}, and stayed when those above it went`,
    };
  },
};

export default survivor;
