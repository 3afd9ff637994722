/**
 * How a report gets out: through a reporter, without secrets, in the form that the place can show.
 *
 * @module
 */
import type { Format } from "../contract.ts";
import { asTyped } from "../quote.ts";
import type { Plugins } from "../plugins.ts";
import { redactReport } from "../redact/report.ts";
import type { Report } from "../report.ts";
import { type ColourChoice, columns, isColoured, type Stream } from "../terminal.ts";
import { checkNames } from "./options.ts";

/** Options that say how to tell. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly ndjson?: boolean;
  readonly reporter?: string;
  readonly all?: boolean;
  readonly color: ColourChoice;
  readonly backend?: string;
  readonly plugin?: readonly string[];
}

/** The reporter that was asked for. */
export function reporterName(options: OutputOptions, plugins: Plugins): string {
  const name = options.reporter ?? (options.json ? "json" : options.ndjson ? "ndjson" : "text");
  checkNames("--reporter", [name], plugins.reporters.map((reporter) => reporter.name));
  return name;
}

/** A report as text. Whatever the reporter, it is handed no secret. */
export function render(
  report: Report,
  name: string,
  plugins: Plugins,
  options: OutputOptions,
  stream: Stream = "stdout",
): string {
  const reporter = plugins.reporters.find((one) => one.name === name);
  if (reporter === undefined) throw new Error(`the reporter ${name} is missing`);
  return reporter.render(redactReport(report), formatOf(name, options, stream));
}

/** What can be shown there. Asked only where it matters. */
function formatOf(name: string, { all = false, color, backend, plugin = [] }: OutputOptions, stream: Stream): Format {
  if (name === "json" || name === "ndjson") return { columns: 80, colour: false, all };
  const again = [
    ...(backend === undefined ? [] : [`--backend ${backend}`]),
    ...plugin.map((path) => `--plugin ${asTyped(path)}`),
  ];
  return { columns: columns(process.env, stream), colour: isColoured(color, process.env, stream), all, again };
}
