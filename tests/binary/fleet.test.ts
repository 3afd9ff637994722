import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/fleet-life.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

test("a server that was away gets everything once, and whoever wants to know is told", async () => {
  const told = await runInside<Told>(join(import.meta.dir, "../support/programs/fleet-life.ts"), { binary }, {
    prefix: () => ["unshare", "--mount", "--"],
  });
  expect(told.rows.map(({ status, action_taken }) => [["ok", "warning"].includes(status), action_taken])).toEqual([
    [true, `Killed PIDs: ${told.pids[0]}`],
  ]);
  expect(Number(told.rows[0]?.zombies)).toBeGreaterThanOrEqual(0);
  expect(told.reapAway.exitCode).toBe(0);
  expect(told.reapAway.said).toMatch(
    /^agent-reaper: not delivered, it will be with the next run: 127\.0\.0\.1:\d+\/postgres: .*\n$/,
  );
  expect(told.fleet.map(({ pid }) => pid)).toEqual([...told.pids]);
  expect(told.fleet.every(({ outcome, host }) => outcome === "ended" && host !== undefined)).toBe(true);
  expect(told.again).toBe(2);
  expect(told.awaySaid).toMatch(
    /^agent-reaper: watch: not delivered, it will be with the next run: 127\.0\.0\.1:\d+\/postgres: /,
  );
  expect(told.awaySaid.trim().split("\n")).toHaveLength(1);
  expect(told.health.fleet.length).toBe(1);
  expect(told.csv.split("\r\n")).toHaveLength(4);
  expect(told.messages.flatMap(({ events }) => events.map(({ pid }) => pid))).toEqual([told.pids[1]]);
});

test("a server that no client takes is a wrong configuration, for watch and reap too", () => {
  const home = mkdtempSync(join(tmpdir(), "fleet-home-"));
  for (const command of [["history"], ["watch", "--every", "1h"], ["reap", "--yes"]]) {
    const { exitCode, stderr } = Bun.spawnSync([binary, ...command], {
      env: { PATH: process.env["PATH"], HOME: home, AGENT_REAPER_STORE: "postgres://me:50%zz@db/agents" },
      timeout: 20_000,
    });
    expect([exitCode, stderr.toString()]).toEqual([
      2,
      "agent-reaper: AGENT_REAPER_STORE: expected the address of a PostgreSQL, for example postgres://db.example/agents\n",
    ]);
  }
  rmSync(home, { recursive: true, force: true });
});

test("a fleet that has no server is told how to name one", () => {
  // Of its own, for a run as root makes what is missing.
  const home = mkdtempSync(join(tmpdir(), "fleet-home-"));
  const { exitCode, stderr } = Bun.spawnSync([binary, "history", "--fleet"], {
    env: { PATH: process.env["PATH"], HOME: home },
  });
  rmSync(home, { recursive: true, force: true });
  expect([exitCode, stderr.toString()]).toEqual([
    2,
    'agent-reaper: --fleet: no server is named: store = "postgres://db.example/agents" in the configuration\n',
  ]);
});
