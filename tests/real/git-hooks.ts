/**
 * git with the real husky, lefthook and pre-commit: the same answers with our hook and without, and it fires.
 * Not part of the gate: it downloads. It needs `dist/agent-reaper`, npm, and pre-commit on the PATH
 * (apt-get install pre-commit).
 *
 *     sh tests/gate/bun.sh tests/real/git-hooks.ts
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alikeIn, AS_LEA, EVENTS, fired, markIn, saidAlike, twins } from "../support/git-twins.ts";

const BINARY = join(import.meta.dir, "../../dist/agent-reaper");
const made = realpathSync(mkdtempSync(join(tmpdir(), "real-git-hooks-")));
const home = join(made, "home");
const mark = markIn(home);
const modules = join(made, "node_modules");
const env = { PATH: `${join(modules, ".bin")}:${process.env["PATH"]}`, ...alikeIn(home) };

function run(cwd: string, ...command: readonly string[]): { code: number; said: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, env, stdin: "ignore" });
  const said = saidAlike(`${stdout}${stderr}`).replaceAll(/\d+\.\d+ ?s(?:econds)?/g, "T");
  return { code: exitCode, said };
}

const git = (at: string, ...args: readonly string[]) => run(at, "git", ...AS_LEA, ...args);

const DEEDS: readonly (readonly string[])[] = [
  ["commit", "--allow-empty", "-m", "one"],
  ["checkout", "-b", "side"],
  ["commit", "--allow-empty", "-m", "two"],
  ["checkout", "main"],
  ["commit", "--allow-empty", "-m", "three"],
  ["checkout", "side"],
  ["rebase", "main"],
  ["worktree", "add", "../tree", "-b", "tree"],
];

async function compare(name: string, setUp: (at: string) => void, hooked: (at: string) => void): Promise<void> {
  const [plain, ours] = twins(join(made, name), git, setUp);
  hooked(ours);
  for (const deed of DEEDS) {
    rmSync(mark, { force: true });
    const [expected, got] = [git(plain, ...deed), git(ours, ...deed)];
    assert.deepEqual(got, expected, `${name}: git ${deed.join(" ")}`);
    // Without a lefthook.yml lefthook runs nothing, and a new work tree has one only when it is committed.
    if (name === "lefthook" && deed[0] === "worktree") continue;
    assert(await fired(mark, 20_000), `${name}: git ${deed.join(" ")} fires it`);
  }
  Bun.stdout.write(`${name}: ${DEEDS.length} commands alike, each fired\n`);
}

function must(at: string, ...command: readonly string[]): string {
  const { code, said } = run(at, ...command);
  assert.equal(code, 0, `${command.join(" ")}: ${said}`);
  return said;
}

const advice = (at: string): string[] =>
  must(at, BINARY, "hook", "install", "git", "--project", at, "--yes").split("\n").slice(1);

try {
  // The first sweep makes it; here none works.
  mkdirSync(join(mark, ".."), { recursive: true, mode: 0o700 });
  must(made, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "husky@9", "lefthook@2");

  await compare("husky", (at) => {
    writeFileSync(join(at, "package.json"), '{"name": "x", "version": "1.0.0"}');
    must(at, join(modules, ".bin/husky"));
    for (const event of EVENTS) writeFileSync(join(at, ".husky", event), "echo mine\n");
  }, (at) => {
    const [line] = advice(at) as [string];
    for (const event of EVENTS) writeFileSync(join(at, ".husky", event), `${line}\necho mine\n`);
  });

  const mine = EVENTS.map((event) => `${event}:\n  jobs:\n    - name: mine\n      run: "true"\n`).join("");
  const quiet = "output: false\n";
  await compare("lefthook", (at) => {
    writeFileSync(join(at, "lefthook.yml"), quiet + mine);
    must(at, join(modules, ".bin/lefthook"), "install");
  }, (at) => {
    const lines = advice(at).filter((line) => line !== "").join("\n");
    writeFileSync(join(at, "lefthook.yml"), `${quiet}${lines}\n`);
    must(at, join(modules, ".bin/lefthook"), "install");
  });

  const local =
    'repos:\n- repo: local\n  hooks:\n  - {id: mine, name: mine, entry: "true", language: system, always_run: true, ' +
    `pass_filenames: false, stages: [${EVENTS.join(", ")}]}\n`;
  const types = EVENTS.flatMap((event) => ["--hook-type", event]);
  await compare("pre-commit", (at) => {
    writeFileSync(join(at, ".pre-commit-config.yaml"), local);
    git(at, "add", ".");
    git(at, "commit", "--quiet", "-m", "configured");
    must(at, "pre-commit", "install", ...types);
  }, (at) => must(at, BINARY, "hook", "install", "git", "--project", at, "--yes"));

  // The manifest, from a clone as pre-commit makes it.
  const manifest = join(made, "manifest");
  mkdirSync(manifest);
  must(manifest, "git", "init", "--quiet");
  must(manifest, "cp", join(import.meta.dir, "../../.pre-commit-hooks.yaml"), ".");
  git(manifest, "add", ".");
  git(manifest, "commit", "--quiet", "-m", "manifest");
  const called = join(made, "called");
  const bin = join(modules, ".bin/agent-reaper");
  writeFileSync(bin, `#!/bin/sh\necho "$@" >>'${called}'\n`);
  chmodSync(bin, 0o755);
  const at = join(made, "manifest-user");
  mkdirSync(at);
  must(at, "git", "init", "--quiet");
  const revision = must(manifest, "git", "rev-parse", "HEAD").trim();
  writeFileSync(
    join(at, ".pre-commit-config.yaml"),
    `repos:\n- repo: ${manifest}\n  rev: ${revision}\n  hooks: [{id: agent-reaper}]\n`,
  );
  git(at, "add", ".");
  must(at, "pre-commit", "install", ...types);
  const committed = git(at, "commit", "-m", "one");
  assert.equal(committed.code, 0, committed.said);
  assert(await fired(called, 5_000), `the manifest's entry was called: ${committed.said}`);
  Bun.stdout.write("pre-commit's manifest: called\n");
} finally {
  rmSync(made, { recursive: true });
}
