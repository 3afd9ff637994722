import type { Action } from "../../src/contract.ts";

const releaseSlot: Action = {
  name: "release-slot",
  summary: "gives back slots whose holders are dead; takes none from a holder that lives",
  subject: "slots",
};

export default releaseSlot;
