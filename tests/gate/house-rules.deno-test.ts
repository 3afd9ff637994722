/**
 * Every house rule against code that breaks it and code that does not. Run by `deno test`: the linter's plugin API
 * is Deno's, and works nowhere else.
 */
import { deepStrictEqual } from "node:assert/strict";
import { join } from "node:path";
import plugin from "./house-rules.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");

/** Messages that the house rules have about `source`, were it the file at `place`. */
function messages(place: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, join(ROOT, place), source).map(({ id, message }) => `${id}: ${message}`);
}

/** A piece of code and what is said about it there. */
type Case = readonly [place: string, source: string, ...said: string[]];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "machine-through-backends": [
    ["src/engine.ts", `const path = "/proc/1/stat";`, "/proc outside a backend"],
    ["src/engine.ts", "const path = `/proc/${pid}/stat`;", "/proc outside a backend"],
    ["mod.ts", `import { dlopen } from "bun:ffi";`, "bun:ffi outside a backend"],
    ["src/engine.ts", `const { dlopen } = await import("bun:ffi");`, "bun:ffi outside a backend"],
    ["src/commands/run.ts", `export { spawn } from "node:child_process";`, "node:child_process outside a backend"],
    ["src/engine.ts", `import { spawn } from "bun";`, "Bun's spawn outside a backend"],
    ["src/engine.ts", `Bun.spawnSync(["ps"]);`, "Bun.spawnSync outside a backend"],
    ["src/engine.ts", "await Bun.$`ps`;", "Bun.$ outside a backend"],
    ["plugins/actions/terminate.ts", `process.kill(4711, 9);`, "process.kill outside a backend"],
    ["plugins/actions/terminate.ts", `process["kill"](4711);`, "process.kill outside a backend"],
    ["src/engine.ts", `export { kill } from "node:process";`, "process.kill outside a backend"],
    ["plugins/backends/procfs/index.ts", `import { dlopen } from "bun:ffi"; const path = "/proc/1/stat";`],
    ["tests/live/reap.test.ts", `process.kill(child.pid); Bun.spawn(["sleep"]); const path = "/proc";`],
    ["bench/scan.ts", `Bun.spawnSync(["ps"]);`],
    ["src/engine.ts", `const what = "a process", path = "/processes", other = "/opt/proc-tools";`],
    ["src/engine.ts", `for (const process of table.processes) process.kill();`],
    ["src/engine.ts", `// reads /proc through the backend\nmachine.list("all");`],
  ],
  "only-the-terminal-prints": [
    ["src/engine.ts", `console.log("hello");`, "console outside src/terminal.ts"],
    ["plugins/reporters/text.ts", `process.stdout.write("x");`, "process.stdout outside src/terminal.ts"],
    ["plugins/reporters/text.ts", `Bun.write(Bun.stderr, "x");`, "Bun.stderr outside src/terminal.ts"],
    ["mod.ts", `import { stdout } from "node:process";`, "stdout outside src/terminal.ts"],
    ["src/main.ts", `import { stdout } from "bun";`, "stdout outside src/terminal.ts"],
    ["src/terminal.ts", `Bun.write(Bun.stdout, "x"); console.error("y"); process.stderr.write("z");`],
    ["tests/gate/generate.ts", `console.error("x");`],
    ["src/engine.ts", `const render = (process: Process) => process.stdout;`],
  ],
  "plugins-import-the-contract": [
    [
      "plugins/guards/self.ts",
      `import { scan } from "../../src/engine.ts";`,
      `A plugin may not import "../../src/engine.ts"`,
    ],
    ["plugins/guards/self.ts", `import other from "./zombie.ts";`, `A plugin may not import "./zombie.ts"`],
    [
      "plugins/guards/self.ts",
      `import other from "../matchers/claude.ts";`,
      `A plugin may not import "../matchers/claude.ts"`,
    ],
    [
      "plugins/backends/ps/index.ts",
      `export * from "../procfs/peers.ts";`,
      `A plugin may not import "../procfs/peers.ts"`,
    ],
    [
      "plugins/guards/self.ts",
      `import { CliError } from "../../src/errors.ts";`,
      `A plugin may not import "../../src/errors.ts"`,
    ],
    ["plugins/reporters/json.ts", `import { writeFileSync } from "node:fs";`, `A plugin may not import "node:fs"`],
    ["plugins/backends/ps/index.ts", `import * as valibot from "valibot";`, `A plugin may not import "valibot"`],
    ["plugins/guards/self.ts", `import type { Guard } from "../../src/contract.ts"; import { x } from "./_shared.ts";`],
    ["plugins/backends/ps/index.ts", `export * from "../procfs/stat.ts";`],
    ["plugins/reporters/json.ts", `import { basename } from "node:path";`],
    [
      "plugins/backends/ps/index.ts",
      `import { x } from "./parse.ts"; import { y } from "../../../src/errors.ts"; import "node:fs";`,
    ],
    ["plugins/backends/ps/locks.ts", `import { posixLocks } from "../_posix/locks.ts";`],
    ["plugins/backends/_posix/locks.ts", `import { posix } from "./libc.ts"; import "node:fs";`],
    [
      "plugins/guards/self.ts",
      `import { posixLocks } from "../backends/_posix/locks.ts";`,
      `A plugin may not import "../backends/_posix/locks.ts"`,
    ],
    ["plugins/index.ts", `import claudeMatcher from "./matchers/claude.ts";`],
    ["src/engine.ts", `import { matchers } from "../plugins/index.ts";`],
  ],
  "no-dynamic-import-of-variable": [
    ["src/plugins.ts", "const plugin = await import(path);", "Dynamic import of something that is not a literal"],
    [
      "src/plugins.ts",
      "const plugin = await import(`./${name}.ts`);",
      "Dynamic import of something that is not a literal",
    ],
    ["src/main.ts", `const { run } = await import("./cli.ts");`],
    ["tests/unit/plugins.test.ts", "const plugin = await import(path);"],
  ],
  "pure-judgement": [
    ["plugins/guards/too-young.ts", "const age = Date.now() - claim.startedAt;", "Date.now in code that judges"],
    ["plugins/guards/too-young.ts", "const now = new Date();", "new Date() in code that judges"],
    ["plugins/guards/too-young.ts", "const now = Date();", "Date() in code that judges"],
    ["src/classify.ts", "const now = performance.now();", "performance.now in code that judges"],
    ["src/judge/proofs/owner.ts", "if (Math.random() < 0.5) spare();", "Math.random in code that judges"],
    ["src/judge/proofs/owner.ts", `import { readFileSync } from "node:fs";`, "node:fs in code that judges"],
    ["plugins/matchers/claude.ts", `const home = process.env["HOME"];`, "process in code that judges"],
    ["plugins/matchers/claude.ts", `const file = Bun.file("x");`, "Bun in code that judges"],
    ["src/vocabulary/command.ts", "const now = Date.now();", "Date.now in code that judges"],
    ["plugins/matchers/claude.ts", `const claim = (process: Process) => process.env?.["HOME"];`],
    ["plugins/guards/self.ts", "for (const process of table.processes) seen.add(process.pid);"],
    ["plugins/guards/self.ts", "const process = table.get(1); if (process) seen.add(process.pid);"],
    ["plugins/guards/self.ts", "const pids = ({ process: { pid }, ...process }) => process.pid;"],
    ["plugins/guards/too-young.ts", `const at = new Date(process_.startedAt), taken = Date.parse("2026-01-01");`],
    ["src/engine.ts", "const started = performance.now();"],
  ],
  "no-current-directory": [
    ["src/config.ts", "const here = process.cwd();", "The current directory is asked for"],
    ["plugins/backends/procfs/index.ts", `import { cwd } from "node:process";`, "The current directory is asked for"],
    ["src/config.ts", "process.chdir(home);", "The current directory is asked for"],
    ["plugins/guards/self.ts", "const object = (process: Process) => process.cwd;"],
    ["tests/binary/hostile.test.ts", "const here = process.cwd();"],
  ],
};

for (const rule of Object.keys(plugin.rules)) {
  const cases = CASES[rule] ?? [];

  Deno.test(`${rule} refuses what it is there for`, () => {
    const breaking = cases.filter(([, , ...said]) => said.length > 0);
    deepStrictEqual(breaking.length > 0, true, "no case that breaks the rule");
    for (const [place, source, ...said] of breaking) {
      const heard = messages(place, source).filter((message) => message.startsWith(`house/${rule}: `));
      deepStrictEqual(heard, said.map((message) => `house/${rule}: ${message}`), `${place}: ${source}`);
    }
  });

  Deno.test(`${rule} leaves other code alone`, () => {
    const clean = cases.filter(([, , ...said]) => said.length === 0);
    deepStrictEqual(clean.length > 0, true, "no case that keeps the rule");
    for (const [place, source] of clean) {
      const heard = messages(place, source).filter((message) => message.startsWith(`house/${rule}: `));
      deepStrictEqual(heard, [], `${place}: ${source}`);
    }
  });
}
