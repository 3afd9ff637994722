/**
 * What is told to Prometheus: how the machine is doing, what nobody is responsible for, what was done.
 *
 * @module
 */
import type { Vitals } from "../contract.ts";
import type { Health } from "../health/assess.ts";
import type { Finding, Outcome } from "../report.ts";
import { version } from "../version.ts";
import type { Metric, Sample } from "./exposition.ts";

/** What may become of a process or a path, where somebody went at it. */
const OUTCOMES: readonly Outcome[] = [
  ...["asked", "ended", "killed", "gone", "replaced", "denied", "survived", "respawned"] as const,
  ...["removed", "quarantined", "failed"] as const,
];

/** What is measured. What is absent is not told. */
export interface Measured {
  /** Processes that were seen. */
  readonly seen?: number;
  readonly findings?: readonly Finding[];
  readonly health: Health;
  readonly vitals: Vitals;
  readonly totals?: readonly { readonly name: string; readonly label: string; readonly value: number }[];
  readonly paused: boolean;
  /** Of `watch`. */
  readonly rounds?: {
    readonly done: number;
    readonly failed: number;
    readonly lastAt?: number;
    readonly tookMs?: number;
  };
}

/** All metrics. */
export function collect(measured: Measured): Metric[] {
  const { health, vitals, totals = [], rounds } = measured;
  const of = (name: string, label: string, known: readonly string[] = []): Sample[] => {
    const told = totals.filter((total) => total.name === name);
    // increase() does not see a counter appear: the first one denied would be nobody's alert.
    const none = measured.totals === undefined ? [] : known.filter((one) => !told.some((total) => total.label === one));
    return [...told, ...none.map((one) => ({ label: one, value: 0 }))].map((total) => ({
      value: total.value,
      labels: { [label]: total.label },
    }));
  };
  return [
    gauge("build_info", "Version of agent-reaper.", [{ value: 1, labels: { version } }]),
    gauge("paused", "1 while unattended work is paused.", [{ value: measured.paused ? 1 : 0 }]),
    gauge("processes", "Processes seen at the last look.", one(measured.seen)),
    ...ofFindings(measured.findings),
    counter(
      "outcomes_total",
      "What became of processes and paths that were to be ended.",
      of("outcomes", "outcome", OUTCOMES),
    ),
    counter(
      "freed_bytes_total",
      "Resident memory of ended processes, and disk of removed leftovers.",
      of("freed", "kind", ["memory", "disk"]),
    ),
    counter("runs_total", "Runs in the ledger.", of("runs", "command")),
    counter("rounds_total", "Rounds of this watch.", one(rounds?.done)),
    counter("rounds_failed_total", "Rounds of this watch that broke off.", one(rounds?.failed)),
    gauge("last_round_timestamp_seconds", "When the last round of this watch ended.", one(seconds(rounds?.lastAt))),
    gauge("last_round_duration_seconds", "How long the last round of this watch took.", one(seconds(rounds?.tookMs))),
    gauge(
      "health_status",
      "1 for the status that the machine has.",
      ["ok", "warning", "critical", "unknown"].map((status) => ({
        value: health.status === status ? 1 : 0,
        labels: { status },
      })),
    ),
    gauge("zombies", "Processes that ended and were not collected.", [{ value: health.zombies.length }]),
    gauge("memory_size_bytes", "Memory of the machine.", one(vitals.memory?.totalBytes)),
    gauge(
      "memory_available_bytes",
      "Memory that can be had without swapping.",
      one(vitals.memory?.availableBytes ?? vitals.memory?.freeBytes),
    ),
    gauge("swap_size_bytes", "Swap space.", one(vitals.swap?.totalBytes)),
    gauge("swap_used_bytes", "Swap space in use.", one(vitals.swap?.usedBytes)),
    gauge("memory_limit_bytes", "Memory limit of the control group.", one(vitals.memoryLimit?.limitBytes)),
    gauge("memory_limit_used_bytes", "Memory of the control group in use.", one(vitals.memoryLimit?.usedBytes)),
    gauge(
      "memory_pressure_ratio",
      "Share of the last ten seconds in which some, or all, work waited for memory.",
      vitals.memoryPressure === undefined ? [] : [
        { value: vitals.memoryPressure.some10 / 100, labels: { work: "some" } },
        { value: vitals.memoryPressure.full10 / 100, labels: { work: "all" } },
      ],
    ),
    gauge("open_files", "Open files of the machine.", one(vitals.descriptors?.used)),
    gauge("tasks", "Processes and threads.", one(vitals.tasks?.used)),
    gauge("tasks_limit", "The nearest limit on processes and threads.", one(vitals.tasks?.limit)),
  ];
}

function ofFindings(findings: readonly Finding[] | undefined): Metric[] {
  if (findings === undefined) return [];
  const trees = new Map<string, Map<string, { trees: number; bytes: number }>>();
  for (const { claim, verdict, members } of findings) {
    const verdicts = trees.get(claim.family) ?? new Map<string, { trees: number; bytes: number }>();
    const sum = verdicts.get(verdict) ?? { trees: 0, bytes: 0 };
    sum.trees++;
    sum.bytes += members.reduce((bytes, { rss }) => bytes + (rss ?? 0), 0);
    trees.set(claim.family, verdicts.set(verdict, sum));
  }
  const samples = (value: (sum: { trees: number; bytes: number }) => number): Sample[] =>
    [...trees].flatMap(([family, verdicts]) =>
      [...verdicts].map(([verdict, sum]) => ({ value: value(sum), labels: { family, verdict } }))
    );
  const isLost = (verdict: string) => verdict === "orphan" || verdict === "stale";
  const lost = findings.filter(({ verdict }) => isLost(verdict));
  return [
    gauge("agent_trees", "Process trees of agents, by what was decided.", samples(({ trees }) => trees)),
    gauge("agent_memory_bytes", "Resident memory of process trees of agents.", samples(({ bytes }) => bytes)),
    gauge("orphans", "Process trees that nobody is responsible for.", [{ value: lost.length }]),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `agent_reaper_${name}`, help, type: "gauge", samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `agent_reaper_${name}`, help, type: "counter", samples };
}

function one(value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ value }];
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
