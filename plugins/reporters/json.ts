import { type Reporter, safeJson } from "../../src/contract.ts";
import { shapeFinding, shapeLeftover, shapePlan, shapeRegistered, shapeResult, shapeRun, shapeSlot } from "./_shape.ts";

const json: Reporter = {
  name: "json",
  summary: "one JSON document: everything that was found and done (docs/json.md)",
  render(report) {
    const document = {
      ...shapeRun(report),
      plan: shapePlan(report),
      findings: report.findings.map((finding) => shapeFinding(finding, report)),
      leftovers: report.leftovers.map(shapeLeftover),
      registered: report.registered.map(shapeRegistered),
      slots: report.slots?.map(shapeSlot),
      results: report.results.map(shapeResult),
      limits: report.limits.map(({ what, because, remedy }) => ({ what, because, remedy })),
      warnings: report.warnings,
    };
    return `${safeJson(JSON.stringify(document, undefined, 2))}\n`;
  },
};

export default json;
