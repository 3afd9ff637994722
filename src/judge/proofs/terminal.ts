import { stream, tellsNothing } from "../../vocabulary/peers.ts";
import type { Proof } from "../../contract.ts";

/** The terminal is gone and its output goes there. What only complains there has its output elsewhere. */
const terminal: Proof = {
  name: "terminal",
  summary: "its terminal has been closed and its output goes there",
  needs: ["stdio"],
  find(root, { lifeline }) {
    const out = stream(root, 1);
    if (out?.kind !== "tty" || out.peer !== "gone") return undefined;
    if (tellsNothing(root, lifeline)) return undefined;
    return { strength: "strong", because: `its terminal ${out.path ?? ""} has been closed`.replace("  ", " ") };
  },
};

export default terminal;
