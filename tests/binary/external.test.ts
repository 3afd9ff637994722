/** Plugins of a person's own in the compiled program: they count, or nothing happens at all. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNamespace } from "../support/namespace.ts";

setDefaultTimeout(300_000);

const ROOT = join(import.meta.dirname, "..", "..");
const BINARY = join(ROOT, "dist", "agent-reaper");
const CASE = join(ROOT, "tests", "corpus", "cases", "container-tini-leftovers.json");

let home: string;
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "external-binary-")));
  mkdirSync(join(home, ".config", "agent-reaper"), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(args: readonly string[], cwd = home): { exitCode: number; stdout: string; stderr: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([BINARY, ...args], {
    cwd,
    env: { HOME: home, PATH: process.env["PATH"] },
    stdin: "ignore",
  });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

function plugin(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const planOf = (stdout: string) => (JSON.parse(stdout) as { plan: { terminate: number[] } }).plan.terminate;

test("a typed guard spares, and explain names it", () => {
  const path = plugin(
    "all-stay.ts",
    `export default { name: "all-stay", summary: "spares whatever it is asked about", asks: "root", needs: [],
      object: (process: { pid: number }) => ({ stands: "spare", because: \`we like \${process.pid}\` }) };`,
  );
  const before = planOf(run(["scan", "--json", "--from", CASE]).stdout);
  expect(before.length).toBeGreaterThan(0);
  const spared = run(["scan", "--json", "--from", CASE, "--plugin", path]);
  expect([spared.exitCode, spared.stderr, planOf(spared.stdout)]).toEqual([0, "", []]);
  expect(planOf(run(["scan", "--json", "--from", CASE, "--plugin", "all-stay.ts"]).stdout)).toEqual([]);
  const explained = run(["explain", String(before[0]), "--from", CASE, "--plugin", path]);
  expect(explained.stdout).toContain(`we like ${before[0]}`);
});

test("a typed matcher claims by data alone", () => {
  const path = plugin(
    "acme.js",
    `export default { name: "acme", summary: "Acme's agent", hints: ["acme"], otherwise: "server", roles: [],
      signs: [{ program: "acme", at: /\\/opt\\/acme\\//, because: "executable is Acme's" }] };`,
  );
  const table = JSON.parse(readFileSync(CASE, "utf8")) as { processes: { pid: number; name: string }[] };
  const agents = new Set(planOf(run(["scan", "--json", "--from", CASE]).stdout));
  const one = table.processes.find(({ pid }) => agents.has(pid)) as { pid: number };
  Object.assign(one, { name: "acme", exe: "/opt/acme/acme", argv: ["acme"] });
  const changed = plugin("changed.json", JSON.stringify(table));
  const found = (more: readonly string[]) =>
    (JSON.parse(run(["scan", "--all", "--json", "--from", changed, ...more]).stdout) as {
      findings: { family: string }[];
    }).findings.filter(({ family }) => family === "acme").length;
  expect([found([]), found(["--plugin", path])]).toEqual([0, 1]);
});

test("what the configuration names and cannot be loaded stops every command before it looks", () => {
  const config = join(home, ".config", "agent-reaper", "config.toml");
  writeFileSync(config, `plugins = ["~/missing.ts"]\n`);
  try {
    for (const command of [["scan"], ["reap", "--yes"], ["reap", "--dry-run"], ["explain", "1"], ["plugins"]]) {
      const { exitCode, stdout, stderr } = run(command);
      expect({ command, exitCode, stdout }).toEqual({ command, exitCode: 2, stdout: "" });
      expect(stderr).toBe(
        `agent-reaper: plugin ${home}/missing.ts: no such file (ENOENT): correct the path, or take it out of the configuration\n`,
      );
    }
    const doctor = run(["doctor"]);
    expect([doctor.exitCode, doctor.stdout.includes("missing.ts")]).toEqual([3, true]);
  } finally {
    rmSync(config);
  }
});

test("a plugin that ends the program is told, whenever it does so", () => {
  const config = join(home, ".config", "agent-reaper", "config.toml");
  const guard = `export default { name: "mine", summary: "s", asks: "root", needs: [], object: () => undefined };`;
  const stays = plugin("stays.ts", guard.replace("mine", "stays"));
  const ends = join(home, "ends.ts");
  writeFileSync(config, `plugins = ["~/stays.ts", "~/ends.ts"]\n`);
  try {
    for (
      const [way, whose] of [
        ["process.exit(0);", ends],
        [`import { exit } from "node:process"; try { exit(); } catch {}`, ends],
        ["const main = async () => {}; main().then(() => process.exit(0));", `${stays} or ${ends}`],
      ]
    ) {
      plugin("ends.ts", `${way}\n${guard}`);
      for (const command of [["scan"], ["reap", "--dry-run", "--json"]]) {
        const { exitCode, stdout, stderr } = run(command);
        expect({ way, command, exitCode, stdout }).toEqual({ way, command, exitCode: 2, stdout: "" });
        expect(stderr).toBe(
          `agent-reaper: plugin ${whose}: ended the program: correct it, or leave it out: nothing more is touched\n`,
        );
      }
    }
    plugin("ends.ts", guard.replace("() => undefined", "() => process.exit(0)"));
    const asked = run(["scan", "--from", CASE, "--plugin", ends]);
    expect([asked.exitCode, asked.stdout]).toEqual([2, ""]);
    expect(asked.stderr).toContain(`plugin ${ends}: ended the program`);
  } finally {
    rmSync(config);
  }
});

const SAYS_NOTHING = "object: () => undefined";
const LATE: readonly (readonly [string, string, string])[] = [
  ["a rejection at loading", `Promise.reject(new Error("boom"));`, SAYS_NOTHING],
  ["a rejection nobody waits for", "", `object: () => void Promise.reject(new Error("boom"))`],
  ["a timer", "", `object: () => void setTimeout(() => { throw new Error("boom"); })`],
  ["a microtask", "", `object: () => queueMicrotask(() => { throw new Error("boom"); })`],
];

test.each(LATE)("a plugin that fails when nobody waits for it any more is told in one line: %s", (_, first, object) => {
  const other = plugin("other.ts", `export default { name: "other", summary: "s", render: () => "" };`);
  const late = plugin(
    "late.ts",
    `${first}\nexport default { name: "late", summary: "s", asks: "root", needs: [], ${object} };`,
  );
  const { exitCode, stderr } = run(["scan", "--from", CASE, "--plugin", other, "--plugin", late]);
  expect([exitCode, stderr]).toEqual([
    2,
    `agent-reaper: plugin ${late}: failed later (boom): correct it, or leave it out: nothing more is touched\n`,
  ]);
});

test("what a plugin says on its console is no part of the result, and obeyed by no terminal", () => {
  const path = plugin(
    "talks.ts",
    `console.log("load\x1b[2J"); console.table([{ a: 1 }]);
    export default { name: "talks", summary: "s", asks: "root", needs: [],
      object: (process) => { console.info("asked", process.pid); return undefined; } };`,
  );
  const { exitCode, stdout, stderr } = run(["scan", "--json", "--from", CASE, "--plugin", path]);
  expect([exitCode, stdout]).toEqual([0, run(["scan", "--json", "--from", CASE]).stdout]);
  expect(stderr).toContain("load\\x1b[2J\n┌");
  expect(stderr).toMatch(/^asked \d+$/m);
});

test.each([
  ["ends the program", `process.exit(5);`],
  ["fails later", `Promise.reject(new Error("boom"));`],
  ["throws", `throw new Error("boom");`],
])("a sweep is not broken by a plugin that %s", async (_, way) => {
  const path = plugin("breaks.ts", `${way}\nexport default { name: "breaks", summary: "s", render: () => "" };`);
  const config = plugin("breaks.toml", `plugins = ["${path}"]\n`);
  const sweep = (...more: string[]) =>
    runInNamespace(() => [BINARY, "sweep", "--now", ...more], { env: { AGENT_REAPER_CONFIG: config } }, (ran) => ran);
  const quiet = await sweep();
  expect([quiet.exitCode, quiet.stdout, quiet.stderr]).toEqual([0, "", ""]);
  const strict = await sweep("--strict");
  expect([strict.exitCode, strict.stdout]).toEqual([2, ""]);
  expect(strict.stderr).toStartWith(`agent-reaper: plugin ${path}:`);
});

test("--plugin without a name is no directory", () => {
  const { exitCode, stderr } = run(["scan", "--plugin", ""]);
  expect([exitCode, stderr]).toEqual([2, `agent-reaper: --plugin "": expected a file\n`]);
});

test("a configuration that others can change is refused", () => {
  const config = join(home, ".config", "agent-reaper", "config.toml");
  writeFileSync(config, `min-age = "0s"\n`);
  chmodSync(config, 0o666);
  try {
    const { exitCode, stderr } = run(["scan"]);
    expect([exitCode, stderr]).toEqual([2, `agent-reaper: ${config}: others can change it: chmod go-w it\n`]);
  } finally {
    rmSync(config);
  }
});

test("a configured plugin is listed and takes part", () => {
  const config = join(home, ".config", "agent-reaper", "config.toml");
  plugin("mine.mjs", `export default { name: "mine", summary: "says it in its own way", render: () => "mine\\n" };`);
  writeFileSync(config, `plugins = ["~/mine.mjs"]\n`);
  try {
    expect(run(["plugins"]).stdout).toContain("says it in its own way");
    expect(run(["scan", "--reporter", "mine"]).stdout).toBe("mine\n");
  } finally {
    rmSync(config);
  }
});

test("somebody else's file is refused", () => {
  const path = plugin("theirs.ts", `throw new Error("it ran");`);
  if (process.geteuid?.() !== 0) {
    return expect(run(["scan", "--from", CASE, "--plugin", path]).stderr).toContain("it ran");
  }
  chownSync(path, 12345, 12345);
  const { exitCode, stderr } = run(["scan", "--from", CASE, "--plugin", path]);
  expect([exitCode, stderr]).toEqual([
    2,
    `agent-reaper: plugin ${path}: others can change ${path}: chmod go-w it, or move the plugin\n`,
  ]);
});

test("the variable that names the configuration leads to no relative place", () => {
  const { exitCode, stderr } = Bun.spawnSync([BINARY, "scan"], {
    cwd: home,
    env: { HOME: home, AGENT_REAPER_CONFIG: "config.toml" },
    stdin: "ignore",
  });
  expect([exitCode, stderr.toString()]).toEqual([
    2,
    "agent-reaper: AGENT_REAPER_CONFIG=config.toml: write an absolute path\n",
  ]);
});
