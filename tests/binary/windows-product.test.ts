import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileC, openWine } from "../support/wine.ts";
import type { Wine, WineResult } from "../support/wine.ts";

/** Setting up a Windows takes ten seconds on an idle machine, and many times that on a busy one. */
const SETUP_MS = 600_000;
const RUN_MS = 300_000;

let wine: Wine;
let reaper: string;
let actor: string;
let claude: string;

beforeAll(async () => {
  wine = await openWine();
  const built = join(wine.directory, "actor.exe");
  await compileC(join(import.meta.dir, "../support/wine/actor.c"), built, ["-lntdll"]);
  actor = wine.windowsPath(built);
  reaper = wine.install(join(import.meta.dir, "../../dist/agent-reaper-windows-x64.exe"), "tools/agent-reaper.exe");
  claude = wine.install(built, "users/lea/.local/bin/claude.exe");
}, SETUP_MS);

afterAll(() => wine?.close());

interface Told {
  readonly plan: { readonly terminate: readonly number[] };
  readonly backend: string;
  readonly results: readonly { readonly pid: number; readonly outcome: string; readonly grip?: string }[];
}

/** What it printed, when all was well; else all that it said is in the failure. */
function fine({ stdout, stderr, exitCode }: WineResult): string {
  expect({ exitCode, stderr, stdout }).toEqual({ exitCode: 0, stderr: "", stdout });
  return stdout;
}

/** What was started before prints its pids, one a line; then comes the report. */
function read(stdout: string): { lost: number[]; report: Told } {
  const at = stdout.indexOf("{");
  return { lost: stdout.slice(0, at).trim().split(/\s+/).map(Number), report: JSON.parse(stdout.slice(at)) as Told };
}

const orphans = () => [[actor, "leave", claude, "mcp", "serve"], [actor, "leave", claude, "-p", "x"]];

describe("the Windows binary", () => {
  test("says its version", async () => {
    expect(await wine.runInWine(reaper, ["--version"])).toEqual({ stdout: "0.1.0\n", stderr: "", exitCode: 0 });
  }, RUN_MS);

  test("tells how the machine is doing", async () => {
    const stdout = fine(
      await wine.runInWine(reaper, ["health", "--json"], {
        env: { REAPER_FREE_MEM_WARN_MB: "1", REAPER_SWAP_WARN_PCT: "1" },
      }),
    );
    const { status, vitals } = JSON.parse(stdout) as { status: string; vitals: { memory: { totalBytes: number } } };
    expect(status).toBe("ok");
    expect(vitals.memory.totalBytes).toBeGreaterThan(64 * 1024 * 1024);
  }, RUN_MS);

  test("runs a command, exits as it does, and leaves nothing of it", async () => {
    const code = await wine.runInWine(reaper, ["run", "--", "cmd", "/c", "echo a b&& exit 7"]);
    expect(code).toEqual({ exitCode: 7, stdout: "a b\r\n", stderr: "" });
    const left = ["run", "--", actor, "leave", claude, "mcp", "serve"];
    const scanned = await wine.runInWine(reaper, ["scan", "--json", "--min-age", "0s"], {
      before: [[reaper, ...left]],
    });
    expect(read(fine(scanned)).report.plan.terminate).toEqual([]);
  }, RUN_MS);

  test("says why a command is not run, and ends one that takes too long", async () => {
    const missing = await wine.runInWine(reaper, ["run", "--", "no-such-program"]);
    expect(missing).toEqual({
      exitCode: 127,
      stdout: "",
      stderr: "agent-reaper: run: no-such-program: no such file\n",
    });
    // Not ping: without a network it sometimes ends by itself.
    const long = await wine.runInWine(reaper, ["run", "--timeout", "300ms", "--", actor, "stay"]);
    expect(long).toEqual({ exitCode: 124, stdout: "", stderr: "" });
  }, RUN_MS);

  test("finds what lost its creator", async () => {
    const ran = await wine.runInWine(reaper, ["scan", "--json", "--min-age", "0s"], { before: orphans() });
    const { lost, report } = read(fine(ran));
    expect(report.backend).toBe("toolhelp");
    expect(report.plan.terminate).toEqual(lost.toSorted((a, b) => a - b));
  }, RUN_MS);

  test("ends it through its handle, and nothing else", async () => {
    const ran = await wine.runInWine(reaper, ["reap", "--yes", "--json", "--min-age", "0s"], { before: orphans() });
    const { lost, report } = read(fine(ran));
    expect(report.results.map(({ pid }) => pid).toSorted((a, b) => a - b)).toEqual(lost.toSorted((a, b) => a - b));
    expect(report.results.map(({ outcome, grip }) => ({ outcome, grip }))).toEqual([
      { outcome: "killed", grip: "process handle" },
      { outcome: "killed", grip: "process handle" },
    ]);
  }, RUN_MS);

  test("takes away what dead agents left on disk, and nothing else", async () => {
    const seen = fine(await wine.runInWine(reaper, ["scan", "--json"]));
    const { home } = (JSON.parse(seen) as { viewer: { home: string } }).viewer;
    const text = join(wine.directory, "pid");
    writeFileSync(text, "77776\r\n");
    const lay = (path: string) =>
      wine.install(text, `${home.slice("C:\\".length).replaceAll("\\", "/")}/${path}`).replace(/\\[^\\]+$/, "");
    const spawned = lay("Temp/sqlite-graphrag-spawn-77776/deep/log").replace(/\\deep$/, "");
    const broker = lay("Temp/cxc-aaaaaa/broker.pid");
    // No process of Windows has such a number.
    lay("Temp/sqlite-graphrag-spawn-77777/log");
    const lock = `${
      lay(".copilot/session-state/123e4567-e89b-12d3-a456-426614174000/inuse.77776.lock")
    }\\inuse.77776.lock`;
    const reap = async (...more: string[]) => {
      const reaped = await wine.runInWine(reaper, ["reap", "--yes", "--json", "--only", "leftovers", ...more]);
      const { results, leftovers } = JSON.parse(fine(reaped)) as {
        results: { path: string; outcome: string; freedBytes?: number }[];
        leftovers: { path: string; verdict: string }[];
      };
      return { results, unsure: leftovers.filter(({ verdict }) => verdict === "unsure").length };
    };
    const kept = await reap("--quarantine");
    expect(kept.results.map(({ path, outcome }) => [outcome, path])).toEqual(
      [lock, broker, spawned].map((path) => ["quarantined", path]),
    );
    const undone = fine(await wine.runInWine(reaper, ["undo", "--json"]));
    expect((JSON.parse(undone) as { results: { outcome: string }[] }).results.map(({ outcome }) => outcome))
      .toEqual(["put back", "put back", "put back"]);
    expect(await reap()).toEqual({
      results: [lock, broker, spawned].map((path) => ({ path, outcome: "removed", freedBytes: 7 })),
      unsure: 1,
    });
    expect((await reap()).results).toEqual([]);
  }, RUN_MS);

  test("runs a command that has a slot, and none where all are taken", async () => {
    const run = (wait: string) => ["slots", "run", "--max", "1", "--wait", wait, "--"];
    const twice = await wine.runInWine(reaper, [...run("0s"), reaper, "--version"], {
      before: [[reaper, ...run("0s"), reaper, "--version"]],
    });
    expect(twice).toEqual({ stdout: "0.1.0\n0.1.0\n", stderr: "", exitCode: 0 });
    // One inside the other: the outer has the slot, and passes on how the inner ends.
    const refused = await wine.runInWine(reaper, [...run("0s"), reaper, ...run("300ms"), reaper, "--version"]);
    expect(refused).toEqual({
      stdout: "",
      stderr: expect.stringContaining("no slot came free within 300 ms, the only one is taken"),
      exitCode: 75,
    });
    const status = fine(await wine.runInWine(reaper, [...run("0s"), reaper, "slots", "status", "--json"]));
    const told = JSON.parse(status) as { holders: { command: string }[] };
    expect(told).toMatchObject({ active: 1, waiting: 0, stale: [], holders: [{ slot: 0, max: 1 }] });
    expect(told.holders[0]?.command).toEndWith("slots status --json");
  }, RUN_MS);

  test("contains a command that has a slot: the program starts itself once more for it", async () => {
    const ran = await wine.runInWine(reaper, ["run", "--slot", "--", "cmd", "/c", "echo a b&& exit 7"]);
    expect({ exitCode: ran.exitCode, stdout: ran.stdout.trim(), stderr: ran.stderr })
      .toEqual({ exitCode: 7, stdout: "a b", stderr: "" });
  }, RUN_MS);

  test("a slot whose holder was ended is free, and what it left is stale", async () => {
    const suicide = `${reaper} slots run --max 1 --wait 0s -- taskkill /f /im agent-reaper.exe & exit 0`;
    const stdout = fine(
      await wine.runInWine(reaper, ["slots", "status", "--json"], { before: [["cmd", "/c", suicide]] }),
    );
    expect(JSON.parse(stdout.slice(stdout.indexOf("{\n")))).toMatchObject({ active: 0, stale: [{ slot: 0 }] });
    const again = await wine.runInWine(reaper, [
      "slots",
      "run",
      "--max",
      "1",
      "--wait",
      "0s",
      "--",
      reaper,
      "--version",
    ]);
    expect(again).toEqual({ stdout: "0.1.0\n", stderr: "", exitCode: 0 });
  }, RUN_MS);

  test("refuses in one line what it does not know", async () => {
    expect(await wine.runInWine(reaper, ["scan", "--min-age", "60"])).toEqual({
      stdout: "",
      stderr: "agent-reaper: --min-age 60: needs a unit, for example 60s or 2m\n",
      exitCode: 2,
    });
  }, RUN_MS);
});
