/**
 * Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats).
 *
 * @module
 */
import { visible } from "../text.ts";

/** One metric with its samples. */
export interface Metric {
  /** With its unit, and `_total` when it only grows. */
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly samples: readonly Sample[];
}

/** One value, and what it is of. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The text; metrics without a sample are left out. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics.filter(({ samples }) => samples.length > 0).map(({ name, help, type, samples }) =>
    [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => `${name}${labelled(sample)} ${sample.value}`),
    ]
      .map((line) => `${line}\n`).join("")
  ).join("");
}

function labelled({ labels }: Sample): string {
  const all = Object.entries(labels ?? {});
  if (all.length === 0) return "";
  return `{${all.map(([name, value]) => `${name}="${escape(value)}"`).join(",")}}`;
}

/** What a process calls itself may end up here: no line end, and no quote that closes the value. */
function escape(value: string): string {
  return visible(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
