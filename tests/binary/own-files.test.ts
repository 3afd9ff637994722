/** Something else in the place of a file of ours: it is told in one line, and nobody waits for it. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const BINARY = join(import.meta.dirname, "..", "..", "dist", "agent-reaper");
const NEVER_MS = 60_000;
const home = realpathSync(mkdtempSync(join(tmpdir(), "own-files-")));
const state = join(home, ".local", "state", "agent-reaper");
const journal = `journal/${new Date().toISOString().slice(0, 10)}.0.ndjson`;
const manifest = "quarantine/20261121-000000-1/manifest.ndjson";

beforeEach(() => rmSync(home, { recursive: true, force: true }));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test.each<[string, readonly string[], number]>([
  [".config/agent-reaper/config.toml", ["scan"], 2],
  [".config/agent-reaper/config.toml", ["reap", "--dry-run"], 2],
  [".config/agent-reaper/config.toml", ["doctor"], 3],
  [".config/agent-reaper/config.toml", ["ps"], 2],
  ["state/sweep", ["doctor"], 0],
  ["state/sweep", ["hook", "status"], 0],
  ["state/paused", ["pause", "1m"], 3],
  [`state/${journal}`, ["history"], 0],
  ["state/state.db", ["history"], 3],
  ["state/state.db", ["sessions"], 3],
  [`state/${manifest}`, ["undo"], 3],
])("%s: %p", (file, args, code) => {
  const path = file.startsWith("state/") ? join(state, file.slice("state/".length)) : join(home, file);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  expect(Bun.spawnSync(["mkfifo", "-m", "600", path]).exitCode).toBe(0);
  utimesSync(path, 1, 1);
  const { stdout, stderr, exitCode } = Bun.spawnSync([BINARY, ...args], {
    cwd: "/",
    env: { HOME: home, PATH: process.env["PATH"] },
    stdin: "ignore",
    timeout: NEVER_MS,
    killSignal: "SIGKILL",
  });
  expect(exitCode).toBe(code);
  const told = `${stdout}${stderr}`.split("\n").filter((line) => /is no (regular )?file/.test(line));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(path.slice(home.length));
});
