import { hasWindow } from "../../src/vocabulary/kept.ts";
import type { Guard } from "../../src/contract.ts";

/**
 * `code .`, `xdg-open report.html`: what an agent opened for a person stays below it for as long as both live. A
 * browser that is driven by automation shows its window to nobody.
 */
const window: Guard = {
  name: "window",
  summary: "editors, browsers and terminals that an agent opened for a person",
  asks: "every member",
  needs: ["command", "executable"],
  object(process, { table, root }) {
    if (process === root || !hasWindow(process, table)) return undefined;
    return { stands: "spare", because: "a person may look at its window" };
  },
};

export default window;
