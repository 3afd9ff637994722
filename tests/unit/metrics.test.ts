import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { assess } from "../../src/health/assess.ts";
import { USUAL } from "../../src/health/thresholds.ts";
import { collect } from "../../src/metrics/collect.ts";
import { exposition } from "../../src/metrics/exposition.ts";
import { serveMetrics } from "../../src/metrics/serve.ts";
import type { Finding } from "../../src/report.ts";

const monitoring = join(import.meta.dir, "../../docs/monitoring");
const vitals = {
  memory: { totalBytes: 8e9, freeBytes: 1e9, availableBytes: 2e9 },
  swap: { totalBytes: 2e9, usedBytes: 1 },
  memoryLimit: { limitBytes: 5, usedBytes: 4 },
  memoryPressure: { some10: 50, full10: 1 },
  load: { average: [1, 2, 3], processors: 4 },
  descriptors: { used: 5, limit: 10 },
  tasks: { used: 5, limit: 10, limitedBy: "kernel.pid_max" },
} as const;

function text(family: string): string {
  const finding = {
    claim: { family },
    verdict: "orphan",
    members: [{ pid: 1, ppid: 0, rss: 100 }, { pid: 2, ppid: 1 }],
  };
  return exposition(collect({
    seen: 10,
    findings: [finding as unknown as Finding],
    health: assess(vitals, [], USUAL),
    vitals,
    totals: [
      { name: "outcomes", label: "ended", value: 3 },
      { name: "freed", label: "memory", value: 5000 },
      { name: "runs", label: "watch", value: 7 },
    ],
    paused: true,
    rounds: { done: 5, failed: 1, lastAt: 1_700_000_000_123, tookMs: 12.5 },
  }));
}

async function promtool(args: readonly string[], input = ""): Promise<{ exitCode: number; said: string }> {
  const ran = Bun.spawn(["promtool", ...args], { stdin: new Blob([input]), stdout: "pipe", stderr: "pipe" });
  const said = await new Response(ran.stdout).text() + await new Response(ran.stderr).text();
  return { exitCode: await ran.exited, said };
}

describe("metrics", () => {
  test("are clean for promtool, which also checks names and units", async () => {
    expect(await promtool(["check", "metrics"], text("claude"))).toEqual({ exitCode: 0, said: "" });
    expect(await promtool(["check", "metrics"], text('a"b\\c\nd\x1b'))).toEqual({ exitCode: 0, said: "" });
  });

  test("tell what was measured, in base units", () => {
    const told = text("claude");
    for (
      const line of [
        'agent_reaper_agent_trees{family="claude",verdict="orphan"} 1',
        'agent_reaper_agent_memory_bytes{family="claude",verdict="orphan"} 100',
        "agent_reaper_orphans 1",
        'agent_reaper_outcomes_total{outcome="ended"} 3',
        'agent_reaper_freed_bytes_total{kind="memory"} 5000',
        'agent_reaper_memory_pressure_ratio{work="some"} 0.5',
        "agent_reaper_last_round_timestamp_seconds 1700000000.123",
        "agent_reaper_last_round_duration_seconds 0.0125",
        "agent_reaper_paused 1",
      ]
    ) expect(told.split("\n")).toContain(line);
  });

  test("count every outcome from the start where the ledger was read: an alert sees no counter appear", () => {
    for (const outcome of ["asked", "denied"]) {
      expect(text("claude").split("\n")).toContain(`agent_reaper_outcomes_total{outcome="${outcome}"} 0`);
    }
    expect(text("claude").match(/outcome="ended"/g)).toHaveLength(1);
    expect(text("claude").split("\n")).toContain('agent_reaper_freed_bytes_total{kind="disk"} 0');
  });

  test("leave out what is not known, never as 0", () => {
    const told = exposition(collect({ health: assess({}, [], USUAL), vitals: {}, paused: false }));
    expect(told).not.toContain("memory");
    expect(told).not.toContain("orphans");
  });

  test("no name breaks a line", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (family) => {
      for (const line of text(family).split("\n")) {
        expect(line).toMatch(/^(# (HELP|TYPE) .*|[a-z_]+(\{([a-z]+="(\\.|[^"\\])*",?)+\})? [\d.e+-]+|)$/u);
      }
    }));
  });

  test("the alert rules are good rules about metrics that there are", async () => {
    const { exitCode, said } = await promtool(["check", "rules", join(monitoring, "alerts.yml")]);
    expect({ exitCode, said }).toMatchObject({ exitCode: 0 });
    for (const [name] of readFileSync(join(monitoring, "alerts.yml"), "utf8").matchAll(/agent_reaper_\w+/g)) {
      expect(text("claude")).toContain(`# TYPE ${name} `);
    }
  });

  test("the first that is denied, and a watch that does not answer any more, are told of", async () => {
    const directory = mkdtempSync(join(tmpdir(), "rules-"));
    const of = 'job="agents",instance="box:9477"';
    const fires = (name: string, at: string, labels: Record<string, string>) => ({
      eval_time: at,
      alertname: name,
      exp_alerts: [{ exp_labels: { job: "agents", instance: "box:9477", severity: "warning", ...labels } }],
    });
    try {
      const tests = {
        rule_files: [join(monitoring, "alerts.yml")],
        tests: [{
          interval: "1m",
          input_series: [
            { series: `agent_reaper_outcomes_total{${of},outcome="denied"}`, values: "0x10 1x20" },
            { series: `agent_reaper_build_info{${of},version="1"}`, values: "1x30" },
            { series: `up{${of}}`, values: "1x30 0x90" },
            { series: 'up{job="other",instance="box:1"}', values: "0x120" },
          ],
          alert_rule_test: [
            fires("AgentOrphansCannotBeEnded", "15m", { outcome: "denied" }),
            fires("AgentReaperGone", "90m", {}),
          ],
        }],
      };
      const file = join(directory, "rules.json");
      // Annotations are for people; promtool compares them where they are not left out of both.
      const bare = readFileSync(join(monitoring, "alerts.yml"), "utf8").replace(
        /^ {8}annotations:\n(?: {10}.*\n)+/gm,
        "",
      );
      writeFileSync(join(directory, "bare.yml"), bare);
      writeFileSync(file, JSON.stringify({ ...tests, rule_files: [join(directory, "bare.yml")] }));
      expect(await promtool(["test", "rules", file])).toMatchObject({ exitCode: 0 });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test("the dashboard asks for metrics that there are, each panel with its own place", () => {
    const board = JSON.parse(readFileSync(join(monitoring, "grafana-dashboard.json"), "utf8")) as {
      panels: { id: number; gridPos: { x: number; y: number }; targets: { expr: string }[] }[];
    };
    const places = board.panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { targets } of board.panels) {
      for (const { expr } of targets) {
        for (const [name] of expr.matchAll(/agent_reaper_\w+/g)) expect(text("claude")).toContain(`# TYPE ${name} `);
      }
    }
  });
});

test.each(["192.0.2.1:9477", "nowhere.invalid:9477"])("where nothing can listen (%s) the remedy fits", (place) => {
  expect(() => serveMetrics(place, () => "")).toThrow(
    new RegExp(`^--listen ${place}: nothing can listen there: .*: name a free port, and no address but one of this`),
  );
});

test("two do not share a port: each would tell only what it did itself", () => {
  const first = serveMetrics("127.0.0.1:0", () => "");
  try {
    expect(() => serveMetrics(first.address, () => "").close()).toThrow("nothing can listen there");
  } finally {
    first.close();
  }
});

test.each([
  "GET /metrics HTTP/1.0\r\n\r\n",
  "GET /metrics HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
  "GET /metrics?x=1 HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n",
])(
  "whoever names no host, or what is none, is answered too: %p",
  async (request) => {
    const listener = serveMetrics("127.0.0.1:0", () => "told 1\n");
    try {
      const [hostname = "", port = ""] = listener.address.split(":");
      const answer = await new Promise<string>((resolve, reject) => {
        let text = "";
        void Bun.connect({
          hostname,
          port: Number(port),
          socket: {
            open: (socket) => void socket.write(request),
            data: (_, bytes) => void (text += bytes.toString()),
            close: () => resolve(text),
            connectError: (_, error) => reject(error),
          },
        });
      });
      expect(answer.split("\r\n")[0]).toMatch(/^HTTP\/1\.[01] 200 OK$/);
      expect(answer).toEndWith("told 1\n");
    } finally {
      listener.close();
    }
  },
);
