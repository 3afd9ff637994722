import { leadsNowhere, stream } from "../../vocabulary/peers.ts";
import type { Proof } from "../../contract.ts";

/** The terminal is gone and its output goes there. What only complains there has its output elsewhere. */
const terminal: Proof = {
  name: "terminal",
  summary: "its terminal has been closed and its output goes there",
  needs: ["stdio"],
  find(root, { lifeline }) {
    const out = stream(root, 1);
    if (out?.kind !== "tty" || out.peer !== "gone") return undefined;
    // `claude remote-control & disown`: whoever put it there closed the terminal and drives it from a telephone.
    if (lifeline === "network") return undefined;
    // Driven from elsewhere: that one put its input aside shows that it was to outlive the terminal.
    if (lifeline === "none" && !leadsNowhere(root)) return undefined;
    return { strength: "strong", because: `its terminal ${out.path ?? ""} has been closed`.replace("  ", " ") };
  },
};

export default terminal;
