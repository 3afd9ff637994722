import { type Reporter, safeJson } from "../../src/contract.ts";
import { shapeFinding, shapeLeftover, shapePlan, shapeRegistered, shapeResult, shapeRun, shapeSlot } from "./_shape.ts";

/** For logs and pipes: whoever reads it needs no more than one line at a time. */
const ndjson: Reporter = {
  name: "ndjson",
  summary:
    "one JSON object a line: each finding, each leftover, each entry of the registry, each stale slot, each result, then a summary (docs/json.md)",
  render(report) {
    const lines: object[] = [
      ...report.findings.map((finding) => ({ type: "finding", ...shapeFinding(finding, report) })),
      ...report.leftovers.map((finding) => ({ type: "leftover", ...shapeLeftover(finding) })),
      ...report.registered.map((finding) => ({ type: "registered", ...shapeRegistered(finding) })),
      ...(report.slots ?? []).map((slot) => ({ type: "slot", ...shapeSlot(slot) })),
      ...report.results.map((result) => ({ type: "result", ...shapeResult(result) })),
      {
        type: "summary",
        ...shapeRun(report),
        plan: shapePlan(report),
        limits: report.limits.map(({ what, because, remedy }) => ({ what, because, remedy })),
        warnings: report.warnings,
      },
    ];
    return lines.map((line) => `${safeJson(JSON.stringify(line))}\n`).join("");
  },
};

export default ndjson;
