import type { Action } from "../../src/contract.ts";

const reportOnly: Action = {
  name: "report-only",
  summary: "tells what would be ended, and ends nothing: a dry run, and the matchers that `report-only` names",
  subject: "processes",
};

export default reportOnly;
