/**
 * For people: a tree per finding, why it is judged so, and the sum.
 *
 * @module
 */
import { type Report, type Reporter, visible } from "../../../src/contract.ts";
import { findingLines, headed } from "./findings.ts";
import { paint } from "./paint.ts";
import { resultLines } from "./results.ts";
import type { Page } from "./tree.ts";

const text: Reporter = {
  name: "text",
  summary: "For people: a tree of each finding, and why (the default)",
  render(report, format) {
    const page: Page = {
      columns: format.columns,
      paint: paint(format.colour),
      takenAt: Date.parse(report.capturedAt),
      home: report.viewer.home,
    };
    const hasActed = report.results.some((result) => result.outcome !== "planned");
    const lines = [
      ...(hasActed ? resultLines(report, page, format.all) : findingLines(report, page, format.all)),
      ...notes(report, page),
    ];
    return lines.map((line) => `${line.trimEnd()}\n`).join("");
  },
};

export default text;

function notes({ warnings, limits }: Report, page: Page): string[] {
  const { yellow, faint } = page.paint;
  return [
    ...warnings.flatMap((warning) => headed(yellow("warning"), "warning", visible(warning), page)),
    ...limits.flatMap(({ what, because, remedy }) =>
      headed(
        faint("not seen"),
        "not seen",
        visible([`${what} (${because})`, remedy].filter(Boolean).join(": ")),
        page,
        faint,
      )
    ),
  ];
}
