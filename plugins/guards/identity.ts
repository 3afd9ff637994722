import type { Guard } from "../../src/contract.ts";

/**
 * Pid and start name one process for ever; a pid alone names whoever has it when the signal is sent. And a tree is known when
 * all in it are: nobody can be asked about one whom the system fails to list.
 */
const identity: Guard = {
  name: "identity",
  summary: "processes whose start, or whose children, could not be read",
  asks: "every member",
  needs: [],
  object({ startToken, unread }) {
    if (startToken === undefined) {
      const why = unread?.["stat"];
      return { stands: "unsure", because: `its start identity is unknown${why === undefined ? "" : ` (${why})`}` };
    }
    const unlisted = unread?.["children"];
    return unlisted === undefined
      ? undefined
      : { stands: "unsure", because: `whom it has below it could not be listed (${unlisted})` };
  },
};

export default identity;
