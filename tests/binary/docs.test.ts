import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../src/config.ts";
import { runInside } from "../support/namespace.ts";
import type { Line } from "../support/programs/run-lines.ts";

setDefaultTimeout(300_000);

const root = join(import.meta.dir, "../..");
const binary = join(root, "dist/agent-reaper");
const pages = ["README.md", ...readdirSync(join(root, "docs"), { recursive: true }).map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith(".md"));

/** Fenced blocks of one language on a page. */
function blocks(page: string, language: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) =>
    match[1] as string
  );
}

const lines = pages.flatMap((page) => blocks(page, "sh"))
  .flatMap((block) => block.split("\n"))
  .map((line) => line.replace(/(^|\s+)#.*$/, "").trim())
  .filter((line) => line !== "");
const ours = (line: string) => /^(\.\/dist\/)?agent-reaper\b/.test(line);

/** The lines under "Examples:" of a command's help. */
function examples(help: string): string[] {
  const [, after = ""] = help.split(/^Examples:$/m);
  return after.split("\n").filter((line) => line.startsWith("  agent-reaper")).map((line) =>
    line.trim().split(/\s{2,}/)[0] as string
  );
}

const help = (...args: string[]) => Bun.spawnSync([binary, ...args, "--help"]).stdout.toString();
const commands = [...help().matchAll(/^ {2}([a-z]+) (?:\[| {2})/gm)].map((match) => match[1] as string).filter((name) =>
  name !== "help"
);
/** What stands below a command, as `start` below `session`. */
const below = commands.flatMap((command) =>
  [...(help(command).split(/^Commands:$/m)[1]?.split(/^$/m)[0] ?? "").matchAll(/^ {2}([a-z]+) /gm)]
    .map((match) => [command, match[1] as string])
).filter(([, name]) => name !== "help");
const shown = [
  ...new Set([
    ...lines.filter(ours),
    ...examples(help()),
    ...commands.flatMap((command) => examples(help(command))),
    ...below.flatMap((names) => examples(help(...names))),
  ]),
];

describe("what the documentation says to type", () => {
  test("there is something, for every command", () => {
    expect(commands.length).toBeGreaterThanOrEqual(6);
    for (const command of [...commands.map((name) => [name]), ...below]) {
      expect({ command, examples: examples(help(...command)).length > 0 }).toEqual({ command, examples: true });
    }
    expect(shown.length).toBeGreaterThan(12);
  });

  test("runs, or refuses for want of a terminal", async () => {
    const ran = await runInside<Line[]>(join(import.meta.dir, "../support/programs/run-lines.ts"), {
      binary,
      lines: shown,
    });
    const wrong = ran.filter(({ line, exitCode, stderr }) =>
      exitCode !== 0 && !(exitCode === 2 && stderr.includes("there is no terminal to ask on")) &&
      // How the machine that runs the tests is doing is told by the exit code.
      !(line === "agent-reaper health" && exitCode <= 2 && stderr === "")
    );
    expect(wrong).toEqual([]);
  });

  test("to build and to test is what there is", () => {
    const tasks = JSON.parse(readFileSync(join(root, "deno.json"), "utf8")).tasks as Record<string, unknown>;
    for (const line of lines.filter((line) => !ours(line))) {
      const task = /^npx --yes deno@[\d.]+ task (\w+)/.exec(line)?.[1];
      const script = /^(?:sh )?(?:\.\/)?([\w./-]+\.sh)\b/.exec(line)?.[1];
      if (task !== undefined) expect({ line, known: task in tasks }).toEqual({ line, known: true });
      else if (script !== undefined) {
        expect({ line, known: existsSync(join(root, script)) }).toEqual({ line, known: true });
      } else throw new Error(`nobody tries this line of the documentation: ${line}`);
    }
  });

  test("as configuration is accepted", () => {
    const configurations = pages.flatMap((page) => blocks(page, "toml"));
    expect(configurations.length).toBeGreaterThan(0);
    for (const text of configurations) expect(parseConfig(text, "README.md", "/home/me")).toBeObject();
  });

  test("links lead somewhere, and to every page one does", () => {
    const unseen = new Set(pages.filter((page) => page !== "README.md"));
    for (const page of pages) {
      const text = readFileSync(join(root, page), "utf8");
      for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        const path = join(page, "..", target as string);
        expect({ page, target, there: existsSync(join(root, path)) }).toEqual({ page, target, there: true });
        if (path !== page) unseen.delete(path);
      }
    }
    expect([...unseen]).toEqual([]);
  });

  test("files of ours that a page names are there", () => {
    const named = pages.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/`((?:src|plugins|tests|bench)\/[\w./-]+)`/g)]
        .map(([, path]) => ({ page, path: path as string }))
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("the library's example runs", async () => {
    const example = blocks("README.md", "ts")[0]?.replace("@agent-reaper/agent-reaper", join(root, "mod.ts")) as string;
    expect(example).toContain("scan()");
    const ran = await runInside<Line[]>(join(import.meta.dir, "../support/programs/run-lines.ts"), {
      binary,
      lines: [`cat > example.ts <<'END'\n${example}\nEND\n${process.execPath} example.ts`],
    });
    expect(ran.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([{ exitCode: 0, stderr: "" }]);
  });
});
