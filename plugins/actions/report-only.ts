import type { Action } from "../../src/contract.ts";

const reportOnly: Action = {
  name: "report-only",
  summary: "Tells what would be done and does nothing",
  subject: "nothing",
};

export default reportOnly;
