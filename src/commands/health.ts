/**
 * `health`: how the machine is doing that agents run on, for people and for monitoring.
 *
 * @module
 */
import { type Paint, paint } from "../../plugins/reporters/text/paint.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import type { Settings } from "../config.ts";
import type { Machine, Vitals } from "../contract.ts";
import { formatDuration } from "../duration.ts";
import type { MachineHealth } from "../fleet/read.ts";
import type { Check, Health, HealthStatus } from "../health/assess.ts";
import { limitsHere, measure } from "../health/measure.ts";
import { maxAgeFromEnvironment, type Thresholds } from "../health/thresholds.ts";
import { builtin } from "../plugins.ts";
import { clean } from "../redact/report.ts";
import { ASKING, columns, isColoured, print, waitingFor } from "../terminal.ts";
import { clip, padEnd, safeJson, visible, wrap } from "../text.ts";
import { version } from "../version.ts";
import { configurationOf, openHere } from "./options.ts";
import type { OutputOptions } from "./output.ts";

/** What `health` takes. */
export interface HealthOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly backend?: string;
  /** Of all machines that share a server. */
  readonly fleet?: boolean;
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
  const machine = openHere(builtin(), options.backend);
  try {
    const { settings } = configurationOf(machine);
    if (options.fleet === true) return await fleet(settings, options);
    const limits = limitsHere(settings);
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

async function fleet(settings: Settings, options: HealthOptions): Promise<ExitCode> {
  const { openServer } = await import("../fleet/open.ts");
  const { fleetHealth } = await import("../fleet/read.ts");
  const server = openServer(settings);
  try {
    const machines = await waitingFor(ASKING, fleetHealth(server));
    if (options.json === true) {
      const told = { schemaVersion: 1, version, command: "health", fleet: machines };
      await print(`${safeJson(JSON.stringify(told, undefined, 2))}\n`);
    } else await print(fleetPage(machines, columns(process.env), paint(isColoured(options.color, process.env))));
    return machines.some(({ status }) => status !== "ok") ? EXIT.somethingIsLeft : EXIT.fine;
  } finally {
    await server.close();
  }
}

function fleetPage(machines: readonly MachineHealth[], width: number, style: Paint): string {
  if (machines.length === 0) return "No machine has told anything yet: agent-reaper watch and reap do.\n";
  const names = Math.min(30, Math.max(...machines.map(({ host }) => visible(host ?? "?").length)));
  return machines.map(({ host, status, at, details, actionTaken }) => {
    const mark = status === "ok" ? style.green : style.yellow;
    const ago = formatDuration(Math.max(0, Date.now() - at));
    const says = [
      `${ago} ago`,
      typeof details["free_mem_mb"] === "number" ? `${details["free_mem_mb"]} MB free` : "",
      typeof details["zombie_count"] === "number" ? `${details["zombie_count"]} zombies` : "",
      visible(actionTaken ?? ""),
    ].filter((part) => part !== "").join(", ");
    const head = `${mark(padEnd(visible(status).slice(0, 8), 8))}  ${
      style.strong(padEnd(clip(visible(host ?? "?"), names), names))
    }`;
    return `${head}  ${clip(says, Math.max(10, width - names - 12))}\n`;
  }).join("");
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
