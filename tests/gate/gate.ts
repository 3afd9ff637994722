/**
 * The one gate: everything that must hold before a change lands, the cheap first. Stops at the first step that fails.
 *
 *     gate.ts             all steps (`deno task ok`)
 *     gate.ts lint check  only these
 *
 * @module
 */
import process from "node:process";
import { findTests, fresh, run, type Step, type Tally } from "./step.ts";

const { execPath: deno } = process;
const bun = ["sh", "tests/gate/bun.sh"];

/** Many times what any test takes here, for a machine that is slow or stands still at times; a test that hangs still ends. */
const TEST_TIMEOUT_MS = 300_000;

function bunTest(name: string, choose: (folder: string) => boolean): Step {
  return {
    name,
    command: (results) => [
      ...bun,
      "test",
      ...findTests(choose),
      `--timeout=${TEST_TIMEOUT_MS}`,
      "--only-failures",
      "--reporter=junit",
      `--reporter-outfile=${results}`,
    ],
    counts: true,
  };
}

/** Tests of the binary want it compiled; those in tests/real want agents that a fresh machine does not have. */
const isBinary = (folder: string): boolean => folder === "binary";
const isOther = (folder: string): boolean => folder !== "binary" && folder !== "real";

const STEPS: readonly Step[] = [
  { name: "tools", command: () => [deno, "install", "--frozen"] },
  { name: "fmt", command: () => [deno, "fmt", "--check"] },
  { name: "generate", command: () => [deno, "run", "--allow-read", "tests/gate/generate.ts", "--check"] },
  { name: "lint", command: () => [deno, "lint"] },
  {
    name: "rules",
    command: (results) => [deno, "test", `--junit-path=${results}`, "tests/gate/house-rules.deno-test.ts"],
    counts: true,
  },
  { name: "doc", command: () => [deno, "doc", "--lint", "mod.ts"] },
  { name: "check", command: () => ["node", "node_modules/typescript/bin/tsc", "--project", "."] },
  bunTest("test", isOther),
  { name: "compile", command: () => ["sh", "compile.sh"] },
  { name: "library", command: () => ["sh", "compile.sh", "--library"] },
  { name: "targets", command: () => ["sh", "compile.sh", "--all"] },
  bunTest("binary", isBinary),
];

async function gate(chosen: readonly string[]): Promise<boolean> {
  const unknown = chosen.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined) {
    console.error(`gate: no step "${unknown}"; there are: ${STEPS.map(({ name }) => name).join(", ")}`);
    return false;
  }
  const steps = chosen.length === 0 ? STEPS : STEPS.filter(({ name }) => chosen.includes(name));
  const total: Tally = fresh();
  let good = true;
  for (const step of steps) {
    process.stdout.write(step.name.padEnd(10));
    const { passed, seconds, tally, output } = await run(step);
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
    const tests = step.counts ? `, ${tally.passed + tally.failed + tally.skipped} tests` : "";
    console.log(`${passed ? "ok" : "FAILED"} (${seconds.toFixed(1)} s${tests})`);
    if (passed) continue;
    console.log(output);
    good = false;
    break;
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return good;
}

process.exitCode = await gate(process.argv.slice(2)) ? 0 : 1;
