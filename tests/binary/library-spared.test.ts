import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNamespace } from "../support/namespace.ts";
import { runtimes } from "../support/runtimes.ts";

setDefaultTimeout(120_000);

const ROOT = join(import.meta.dir, "../..");

beforeAll(() => {
  const library = join(import.meta.dir, "../../dist/lib");
  if (!existsSync(library)) throw new Error("the library is not built: ./compile.sh --library");
});

/** Two that outlive their sessions, and what becomes of them under one configuration after the other. */
const HOST = `
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createReaper, reap, scan } from "LIBRARY";

const path = process.env.AT + "/config.toml";
mkdirSync(process.env.AT, { recursive: true, mode: 0o700 });
const configured = (text) => text === undefined ? rmSync(path) : writeFileSync(path, text);
const guard = JSON.stringify(process.env.GUARD);

let failed;
const failing = new Promise((resolve) => failed = resolve);
const reaper = createReaper({
  tool: "host",
  policy: { only: ["registered"], graceMs: 1_000 },
  warn: (message) => /a round failed/.test(message) && failed(message),
});
const started = ["1111", "2222"].map((seconds) =>
  reaper.spawnFor("s")({ command: "sleep", args: [seconds], env: process.env })
);
const gone = started.map((child) => new Promise((resolve) => child.once("exit", resolve)));
await Promise.all(started.map(({ pid }) => reaper.register(pid, { session: "s" }).catch(() => {})));
const [first, second] = started;
const name = (pid) => pid === first.pid ? "first" : pid === second.pid ? "second" : "another";
const ended = ({ results }) => results.filter(({ pid }) => pid !== undefined).map(({ pid, outcome }) => name(pid) + " " + outcome);
const message = (work) => work.then(() => "nothing", (error) => error.name + ": " + error.message.replace(path, "CONFIG"));
const told = {};

configured('protect = ["1111", "2222"]');
told.protected = ended(await reaper.reap({ activeSessions: [] }));

configured('report-only = ["registered"]');
told.toldOnly = ended(await reaper.reap({ activeSessions: [] }));

configured("plugins = [" + guard + "]");
told.guarded = ended(await reaper.reap({ activeSessions: [], dryRun: true }));
writeFileSync(process.env.GUARD, readFileSync(process.env.GUARD, "utf8").replace('"1111"', '"2222"'));
told.otherwise = ended(await reaper.reap({ activeSessions: [], dryRun: true }));

configured('protekt = ["1111"]');
told.wrong = await Promise.all([
  message(reaper.reap({ activeSessions: [] })),
  message(reaper.scan()),
  message(reap({ policy: { only: ["registered"] } })),
  message(scan()),
]);
const stop = reaper.startReaper([], { every: 20 });
told.round = (await failing).replace(path, "CONFIG");
stop();
const exit = await reaper.ensureExit(first.pid, 10);
told.exit = exit.outcome + ": " + exit.because.replace(path, "CONFIG");

configured('plugins = ["/nowhere/guard.mjs"]');
told.lost = await message(reaper.reap({ activeSessions: [] }));

configured('protect = ["1111"]\\nconfidence = "adopted"\\n[health]\\nzombies = 3\\n');
told.one = ended(await reaper.reap({ activeSessions: [] }));
await gone[1];

configured(undefined);
told.none = ended(await reaper.reap({ activeSessions: [] }));
await gone[0];
reaper.close();
console.log(JSON.stringify(told));
`;

/** A person's own guard, in the language that all three read. */
const GUARD = `
export default {
  name: "mine",
  summary: "What sleeps for 1111 s is mine",
  asks: "root",
  needs: ["command"],
  object: (process) => process.argv?.includes("1111") ? { stands: "spare", because: "it is mine" } : undefined,
};
`;

/** One whose module never comes to its end, and one that a compiler has made for \`require\`. */
const ODD_HOST = `
import { mkdirSync, writeFileSync } from "node:fs";
import { createReaper } from "LIBRARY";

mkdirSync(process.env.AT, { recursive: true, mode: 0o700 });
const write = (name, text) => writeFileSync(process.env.AT + "/" + name, text, { mode: 0o600 });
const configured = (name, text) => {
  write(name, text);
  write("config.toml", "plugins = [" + JSON.stringify(process.env.AT + "/" + name) + "]");
};
// What waits for an answer has waited long enough at once.
const clock = { now: () => performance.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms === 5_000 ? 0 : ms)) };
const hasty = createReaper({ tool: "host", policy: { only: ["registered"] }, clock, warn: () => {} });
const patient = createReaper({ tool: "host", policy: { only: ["registered"], graceMs: 1_000 }, warn: () => {} });
const child = patient.spawnFor("s")({ command: "sleep", args: ["1111"], env: process.env });
await patient.register(child.pid, { session: "s" }).catch(() => {});
const told = {};

configured("never.mjs", "await new Promise(() => {});");
told.never = await hasty.reap({ activeSessions: [] }).then(() => "nothing", (error) => error.name + ": " + error.message);

const guard = '{ name: "mine", summary: "It is mine.", asks: "root", needs: ["command"], ' +
  'object: ({ argv }) => argv?.includes("1111") ? { stands: "spare", because: "it is mine" } : undefined }';
configured("compiled.cjs", '"use strict";\\nObject.defineProperty(exports, "__esModule", { value: true });\\nexports.default = ' + guard + ";");
told.compiled = (await patient.reap({ activeSessions: [] })).results.length;
child.kill("SIGKILL");
hasty.close();
patient.close();
console.log(JSON.stringify(told));
// Deno would find at its end that a module never came to its own.
process.exit();
`;

/** It asks for what is there, before there is a configuration and with one. */
const BARE_HOST = `
import { mkdirSync, writeFileSync } from "node:fs";
import { scan } from "LIBRARY";

const asked = () => scan({ policy: { only: ["registered"] } }).then(() => "nothing", (error) => error.name + ": " + error.message);
const told = [await asked()];
mkdirSync(process.env.AT, { recursive: true, mode: 0o700 });
writeFileSync(process.env.AT + "/config.toml", 'protect = ["1111"]');
told.push(await asked());
console.log(JSON.stringify(told));
`;

const MISSPELT =
  'CONFIG: unknown key "protekt": known are protect, report-only, confidence, min-age, max-age, grace, ' +
  "limit, health, history, notify, store, plugins";

for (const runtime of runtimes()) {
  test(`whom the person's configuration spares no host ends, under ${runtime.name}`, async () => {
    await runInNamespace(
      (directory) => {
        const at = join(directory, "home/.config/agent-reaper");
        const guard = join(directory, "home/guard.mjs");
        mkdirSync(join(directory, "home"), { recursive: true });
        writeFileSync(guard, GUARD, { mode: 0o600 });
        writeFileSync(join(directory, runtime.file), HOST.replace("LIBRARY", runtime.library));
        return ["env", `AT=${at}`, `GUARD=${guard}`, ...runtime.command, join(directory, runtime.file)];
      },
      {},
      ({ stdout, stderr, exitCode }) => {
        expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
        const told = JSON.parse(stdout.trim().split("\n").at(-1) as string);
        expect(told).toEqual({
          protected: [],
          toldOnly: [],
          guarded: ["second planned"],
          otherwise: ["first planned"],
          wrong: Array.from({ length: 4 }, () => `ParseError: ${MISSPELT}`),
          round: `a round failed, the next comes in 20 ms: ${MISSPELT}`,
          exit: `denied: ${MISSPELT}`,
          lost:
            "ParseError: plugin /nowhere/guard.mjs: no such file (ENOENT): correct the path, or take it out of the " +
            "configuration",
          one: ["second ended"],
          none: ["first ended"],
        });
      },
    );
  });
}

for (const runtime of runtimes()) {
  test(`a plugin that never loads holds nobody up, and a compiled one is asked, under ${runtime.name}`, async () => {
    await runInNamespace(
      (directory) => {
        writeFileSync(join(directory, runtime.file), ODD_HOST.replace("LIBRARY", runtime.library));
        const at = join(directory, "home/.config/agent-reaper");
        return ["env", `AT=${at}`, ...runtime.command, join(directory, runtime.file)];
      },
      {},
      ({ stdout, stderr, exitCode, directory }) => {
        expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
        const never = join(directory, "home/.config/agent-reaper/never.mjs");
        expect(JSON.parse(stdout.trim().split("\n").at(-1) as string)).toEqual({
          never:
            `ParseError: plugin ${never}: cannot be loaded (it has not come to its end within 5 s): correct it, or leave it out`,
          compiled: 0,
        });
      },
    );
  });
}

// What is made for Node has all in it.
for (const runtime of runtimes().filter(({ library }) => library.endsWith(".ts"))) {
  test(`nothing is fetched for a configuration, and what is missing is named, under ${runtime.name}`, async () => {
    await runInNamespace(
      (directory) => {
        for (const name of ["mod.ts", "deno.json", "src", "plugins"]) {
          cpSync(join(ROOT, name), join(directory, "library", name), { recursive: true });
        }
        const library = join(directory, "library/mod.ts");
        writeFileSync(join(directory, runtime.file), BARE_HOST.replace("LIBRARY", library));
        const at = join(directory, "home/.config/agent-reaper");
        return ["env", `AT=${at}`, ...runtime.command, join(directory, runtime.file)];
      },
      // Nobody answers there: whoever asks would say so.
      { env: { BUN_CONFIG_REGISTRY: "http://127.0.0.1:9/", NPM_CONFIG_REGISTRY: "http://127.0.0.1:9/" } },
      ({ stdout, stderr, exitCode, directory }) => {
        expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
        const config = join(directory, "home/.config/agent-reaper/config.toml");
        expect(JSON.parse(stdout.trim().split("\n").at(-1) as string)).toEqual([
          "nothing",
          `ParseError: ${config}: cannot be read without smol-toml: run npx --yes deno@2.9.6 install --frozen in ` +
          join(directory, "library"),
        ]);
      },
    );
  });
}
