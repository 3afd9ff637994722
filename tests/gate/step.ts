/**
 * One step of the gate: a command, what it said, and how many tests it ran.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const ROOT = join(import.meta.dirname as string, "..", "..");

/** A step that takes longer hangs. */
const STEP_TIMEOUT_MS = 40 * 60_000;

/** How many tests did what. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** One command that must succeed. */
export interface Step {
  readonly name: string;
  /** The command, told where to write its JUnit file if it runs tests. */
  command(results: string): readonly string[];
  /** It runs tests and writes that file. */
  readonly counts?: boolean;
}

/** What became of a step. */
export interface Ran {
  readonly passed: boolean;
  readonly seconds: number;
  readonly tally: Tally;
  readonly output: string;
}

/** A tally of nothing. */
export function fresh(): Tally {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** The folders of tests/ that are chosen and hold tests. */
export function findTests(choose: (folder: string) => boolean): string[] {
  const tests = join(ROOT, "tests");
  return readdirSync(tests, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && choose(entry.name))
    .filter((entry) => readdirSync(join(tests, entry.name), { recursive: true }).some((file) => isTest(String(file))))
    .map((entry) => `./tests/${entry.name}/`)
    .sort();
}

function isTest(file: string): boolean {
  return file.endsWith(".test.ts");
}

/** Runs a step to its end. A failed step that has no failed test counts as one failure. */
export async function run(step: Step): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "agent-reaper-gate-"));
  try {
    const results = join(folder, "results.xml");
    const said = join(folder, "output");
    const started = performance.now();
    const trouble = await execute(step.command(results), said);
    const seconds = (performance.now() - started) / 1000;
    const tally = step.counts ? readTally(results) : fresh();
    const problem = trouble ?? (step.counts && tally.passed + tally.failed === 0 ? "no test ran" : undefined);
    if (problem !== undefined && tally.failed === 0) tally.failed = 1;
    const output = problem === undefined ? "" : `${readFileSync(said, "utf8").trimEnd()}\n${step.name}: ${problem}`;
    return { passed: problem === undefined, seconds, tally, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a command to its exit, and answers what went wrong. Its output goes into a file: what a test left behind may
 * hold a pipe open for ever.
 */
function execute(command: readonly string[], said: string): Promise<string | undefined> {
  // What tests lay out for other users is theirs to read, whatever this person's own files are.
  process.umask(0o022);
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _be, ...env } = process.env;
  const output = openSync(said, "w");
  const [program, ...args] = command as [string, ...string[]];
  return new Promise<string | undefined>((resolve) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...env, NO_COLOR: "1", RUST_BACKTRACE: "0" },
      stdio: ["ignore", output, output],
      timeout: STEP_TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    child.on("error", (error) => resolve(`cannot start ${program}: ${error.message}`));
    child.on("exit", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit ${code}` : `ended by ${signal}`);
    });
  }).finally(() => closeSync(output));
}

/** Counts in the root element of a JUnit file; nothing where there is no such file. */
export function readTally(results: string): Tally {
  let text: string;
  try {
    text = readFileSync(results, "utf8");
  } catch {
    return fresh();
  }
  const root = /<testsuites\b[^>]*>/.exec(text)?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(root)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return { passed: count("tests") - failed - skipped, failed, skipped };
}
