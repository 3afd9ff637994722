/** What is offered where, as the real shells tell it. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

setDefaultTimeout(60_000);

const BINARY = join(import.meta.dirname, "..", "..", "dist", "agent-reaper");

/** Shells write into it. */
const HOME = mkdtempSync(join(tmpdir(), "completions-"));
afterAll(() => rmSync(HOME, { recursive: true, force: true }));

/** Typed before the cursor, and what must and must not be offered there. */
const TYPED: readonly (readonly [typed: string, offered: readonly string[], not: readonly string[]])[] = [
  ["", ["scan", "reap", "hook", "completions"], ["install", "keep", "--help"]],
  ["-", ["--help", "--version"], ["scan"]],
  ["re", ["reap", "resume"], ["scan"]],
  ["hook ", ["install", "status"], ["scan", "run"]],
  ["hook install ", ["zsh", "claude"], ["install", "--yes"]],
  ["hook install -", ["--yes", "--project"], ["zsh"]],
  ["hook install --pr", ["--project"], ["--print"]],
  ["slots ", ["run", "acquire"], ["keep", "reap"]],
  ["slots run --co", ["--compat"], ["--confidence"]],
  ["slots run --compat ", ["sqlite-graphrag"], ["--max"]],
  ["reap --confidence ", ["adopted", "likely", "proven"], ["--yes"]],
  ["reap --min-age 5m --d", ["--dry-run"], ["--detach-ok"]],
  // Names of plugins, too.
  ["scan --only ", ["claude", "codex-home", "leftovers", "registered"], ["procfs", "--json"]],
  ["scan --only claude,cod", ["claude,codex", "claude,codex-home"], ["claude", "codex"]],
  ["ps --family claude,codex,g", ["claude,codex,gemini"], ["claude,codex,claude"]],
  ["ps --family c", ["claude", "codex"], ["codex-home", "leftovers"]],
  ["doctor --backend ", ["procfs", "ps"], ["replay", "json"]],
  ["reap --reporter ", ["text", "ndjson"], ["claude"]],
  ["session end x --backend ", ["procfs", "ps"], []],
  ["run --d", ["--detach-ok"], ["--dry-run"]],
  // The words of another program are its own.
  ["run -- reap --d", [], ["--dry-run", "--detach-ok"]],
];

const COMPLETED: Readonly<Record<string, (typed: string) => readonly string[]>> = {
  bash: (typed) => asBash("bash", ["--norc", "-uc"], "", typed),
  zsh: (typed) => asBash("zsh", ["-fc"], "setopt ksharrays shwordsplit;", typed),
  fish: (typed) =>
    shell("fish", ["--no-config", "-c"], `agent-reaper completions fish | source; complete -C 'agent-reaper ${typed}'`)
      .map((line) => line.split("\t")[0] as string),
};

/** In the place of the line editor: the function that it calls, with what it gives it. */
function asBash(name: string, options: readonly string[], first: string, typed: string): readonly string[] {
  const words = ["agent-reaper", ...typed.split(" ")];
  return shell(
    name,
    options,
    `eval "$(agent-reaper completions ${name})"; ${first}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
    _agent_reaper; printf '%s\\n' "\${COMPREPLY[@]-}"`,
  );
}

function shell(name: string, options: readonly string[], text: string): readonly string[] {
  const { stdout, stderr } = Bun.spawnSync([name, ...options, text], {
    stdin: "ignore",
    env: { PATH: `${dirname(BINARY)}:/usr/bin:/bin`, HOME },
  });
  expect(stderr.toString()).toBe("");
  return stdout.toString().split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

for (const [name, completed] of Object.entries(COMPLETED)) {
  describe(`completions ${name}`, () => {
    for (const [typed, offered, not] of TYPED) {
      test(`agent-reaper ${typed}`, () => {
        // What does not begin so zsh leaves out only when it shows what it was given.
        const begun = typed.slice(typed.lastIndexOf(" ") + 1);
        const told = completed(typed).filter((word) => word.startsWith(begun));
        for (const word of offered) expect(told).toContain(word);
        for (const word of not) expect(told).not.toContain(word);
      });
    }
  });
}
