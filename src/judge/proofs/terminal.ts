import { stream } from "../../vocabulary/peers.ts";
import type { Proof } from "../../contract.ts";

/** The terminal is gone and its output goes there. */
const terminal: Proof = {
  name: "terminal",
  summary: "its terminal has been closed and its output goes there",
  needs: ["stdio"],
  find(root) {
    if (stream(root, 1) === undefined) return undefined;
    const written = ([1, 2] as const).map((fd) => stream(root, fd)).find((out) =>
      out?.kind === "tty" && out.peer === "gone"
    );
    if (written === undefined || stream(root, 1)?.kind === "file") return undefined;
    return { strength: "strong", because: `its terminal ${written.path ?? ""} has been closed`.replace("  ", " ") };
  },
};

export default terminal;
