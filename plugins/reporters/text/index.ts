/**
 * For people: a tree per finding, why it is judged so, and the sum.
 *
 * @module
 */
import { type Report, type Reporter, visible } from "../../../src/contract.ts";
import { findingLines } from "./findings.ts";
import { headed } from "./headed.ts";
import { paint } from "./paint.ts";
import { resultLines } from "./results.ts";
import type { Page } from "./tree.ts";

const text: Reporter = {
  name: "text",
  summary: "for people: a tree of each finding, and why (the default)",
  render(report, format) {
    const page: Page = {
      columns: format.columns,
      paint: paint(format.colour),
      takenAt: Date.parse(report.capturedAt),
      home: report.viewer.home,
      again: format.again ?? [],
    };
    const hasActed = report.results.some((result) => result.outcome !== "planned");
    const lines = [
      ...(hasActed ? resultLines(report, page, format.all) : findingLines(report, page, format.all)),
      ...warnings(report, page),
      // What could not be seen belongs to the plan; after the act it was said already.
      ...(hasActed ? [] : limits(report, page)),
    ];
    return lines.map((line) => `${line.trimEnd()}\n`).join("");
  },
};

export default text;

function warnings(report: Report, page: Page): string[] {
  const word = page.paint.yellow("warning");
  return report.warnings.flatMap((warning) => headed(word, "warning", visible(warning), page));
}

function limits(report: Report, page: Page): string[] {
  const { faint } = page.paint;
  return report.limits.flatMap(({ what, because, remedy }) => {
    const text = `${what} (${because})${remedy === undefined ? "" : `: ${remedy}`}`;
    return headed(faint("not seen"), "not seen", visible(text), page, faint);
  });
}
