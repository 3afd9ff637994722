/**
 * `health`: how the machine is doing that agents run on, for people and for monitoring.
 *
 * @module
 */
import { type Paint, paint } from "../../plugins/reporters/text/paint.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import { loadConfig } from "../config.ts";
import type { Machine, Vitals } from "../contract.ts";
import { assess, type Check, type Health, type HealthStatus } from "../health/assess.ts";
import { maxAgeFromEnvironment, type Thresholds, thresholds } from "../health/thresholds.ts";
import { openMachine } from "../machine.ts";
import { builtin } from "../plugins.ts";
import { clean } from "../redact/report.ts";
import { columns, isColoured, print } from "../terminal.ts";
import { padEnd, safeJson, visible, wrap } from "../text.ts";
import { version } from "../version.ts";
import type { OutputOptions } from "./output.ts";

/** What `health` takes. */
export interface HealthOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly backend?: string;
}

/** The codes that monitoring agrees on (Nagios and its kin); 2 is also a wrong command line, which is no less urgent. */
const CODES: Readonly<Record<HealthStatus, ExitCode>> = {
  ok: EXIT.fine,
  warning: EXIT.somethingIsLeft,
  critical: EXIT.usage,
  unknown: EXIT.cannotWorkHere,
};

/** Runs `health`. */
export async function health(options: HealthOptions): Promise<ExitCode> {
  const machine = openMachine(builtin(), options.backend === undefined ? {} : { backend: options.backend });
  try {
    const { settings } = loadConfig(process.platform, machine.viewer.home, process.env);
    const limits = thresholds(settings.health ?? {}, process.env);
    const { health, vitals } = measure(machine, limits);
    if (options.json === true) {
      await print(`${safeJson(JSON.stringify(clean(healthJson(machine, health, vitals, limits)), undefined, 2))}\n`);
    } else {
      await print(page(health, columns(process.env), paint(isColoured(options.color, process.env))));
    }
    return CODES[health.status];
  } finally {
    machine.close();
  }
}

/** Reads and judges. */
export function measure(machine: Machine, limits: Thresholds): { readonly health: Health; readonly vitals: Vitals } {
  const processes = machine.list("all");
  const vitals = machine.vitals?.() ?? { unread: { vitals: `the backend ${machine.backend} does not tell it` } };
  return { health: assess(vitals, processes, limits), vitals };
}

function healthJson(
  { host, backend }: Machine,
  { status, checks, zombies }: Health,
  vitals: Vitals,
  limits: Thresholds,
) {
  const maxAgeMs = maxAgeFromEnvironment(process.env);
  return {
    schemaVersion: 1,
    version,
    command: "health",
    capturedAt: new Date().toISOString(),
    backend,
    host,
    status,
    checks,
    zombies,
    vitals,
    thresholds: { ...limits, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) },
  };
}

function page({ status, checks }: Health, width: number, style: Paint): string {
  const marks: Readonly<Record<HealthStatus, (text: string) => string>> = {
    ok: style.green,
    unknown: style.yellow,
    warning: style.yellow,
    critical: style.red,
  };
  const names = Math.max(...checks.map(({ name }) => name.length));
  const line = ({ name, status, says }: Check) =>
    wrap(visible(says), width - names - 12).map((part, at) =>
      at === 0
        ? `${marks[status](padEnd(status, 8))}  ${style.strong(padEnd(name, names))}  ${part}`
        : `${" ".repeat(names + 12)}${part}`
    );
  return [`${marks[status](status)}\n`, ...checks.flatMap(line).map((text) => `${text}\n`)].join("");
}
