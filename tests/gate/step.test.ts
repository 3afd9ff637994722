import { afterAll, describe, expect, test } from "bun:test";
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appears } from "../support/orphans.ts";
import { findTests, readTally, run } from "./step.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "agent-reaper-step-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The real runner on a file with these tests. */
function bunTest(name: string, tests: string): (results: string) => readonly string[] {
  const file = join(folder, `${name}.test.ts`);
  writeFileSync(file, `import { expect, test } from "bun:test";\n${tests}\n`);
  return (results) => [process.execPath, "test", file, "--reporter=junit", `--reporter-outfile=${results}`];
}

describe("run()", () => {
  test("counts what a test run passed, failed and left out", async () => {
    const tests = `test("a", () => expect(1).toBe(1)); test("b", () => expect(1).toBe(2));
      test.skipIf(true)("c", () => {}); test("d", () => expect(2).toBe(2));`;
    const ran = await run({ name: "mixed", command: bunTest("mixed", tests), counts: true });
    expect(ran.tally).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(ran.passed).toBeFalse();
    expect(ran.output).toContain("mixed: exit 1");
  });

  test("says nothing when all is well", async () => {
    const ran = await run({
      name: "good",
      command: bunTest("good", `test("a", () => expect(1).toBe(1));`),
      counts: true,
    });
    expect(ran).toMatchObject({ passed: true, output: "", tally: { passed: 1, failed: 0, skipped: 0 } });
  });

  test("fails a run that breaks before its first test", async () => {
    const ran = await run({ name: "broken", command: bunTest("broken", "import './missing.ts';"), counts: true });
    expect(ran).toMatchObject({ passed: false, tally: { passed: 0, failed: 1 } });
  });

  test("fails a run in which no test ran, though its command succeeded", async () => {
    const ran = await run({ name: "empty", command: () => ["true"], counts: true });
    expect(ran).toMatchObject({ passed: false, tally: { failed: 1 }, output: "\nempty: no test ran" });
  });

  test("counts a failed step without tests as one failure, and shows what it said", async () => {
    const ran = await run({ name: "fmt", command: () => ["sh", "-c", "echo out; echo err >&2; exit 3"] });
    expect(ran).toMatchObject({ passed: false, tally: { failed: 1 }, output: "out\nerr\nfmt: exit 3" });
  });

  test("fails a step whose program is not there", async () => {
    const ran = await run({ name: "gone", command: () => [join(folder, "no-such-program")] });
    expect(ran.passed).toBeFalse();
    expect(ran.output).toContain("cannot start");
  });

  test("does not wait for what a step left behind", async () => {
    const gate = join(folder, "gate");
    expect(Bun.spawnSync(["mkfifo", gate]).exitCode).toBe(0);
    // Open both ways, so that cat neither waits for a writer nor sees the end before we say so.
    const held = openSync(gate, constants.O_RDWR);
    const ended = join(folder, "ended");
    // Opened before it is left behind: by then nobody might hold the other end, and it would wait for ever.
    const litter = `exec 3<"${gate}"; { cat <&3; : >"${ended}"; } & echo $!`;
    const ran = await run({ name: "litter", command: () => ["sh", "-c", litter] });
    expect(existsSync(ended)).toBeFalse();
    closeSync(held);
    expect(ran.passed).toBeTrue();
    await appears(ended);
  });
});

describe("readTally()", () => {
  test("reads Deno's results too, where errors are their own column", () => {
    const file = join(folder, "deno.xml");
    writeFileSync(file, `<?xml?>\n<testsuites name="deno test" tests="5" failures="1" errors="1" time="0.1">`);
    expect(readTally(file)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });
});

describe("findTests()", () => {
  test("misses none: every test file lies in a folder of tests/, under the one name that is looked for", () => {
    const files = ["*.ts", ...["src", "plugins", "bench", "docs", "tests"].map((place) => `${place}/**/*.ts`)]
      .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: ROOT })]);
    const tests = files.filter((file) => /[._](test|spec)\.ts$/.test(file) && !file.startsWith("tests/fixtures/"));
    expect(tests.length).toBeGreaterThan(3);
    expect(tests.filter((file) => !/^tests\/[^/]+\/.*\.test\.ts$/.test(file))).toEqual([]);
  });

  test("leaves out folders that hold no tests", () => {
    const found = findTests(() => true);
    expect(found).toContain("./tests/gate/");
    expect(found).not.toContain("./tests/fixtures/");
  });
});
