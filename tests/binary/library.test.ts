import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fetchAgentSdk, writeStandIn } from "../support/agent-sdk.ts";
import { runInNamespace } from "../support/namespace.ts";
import { runtimes } from "../support/runtimes.ts";

setDefaultTimeout(300_000);

const root = join(import.meta.dir, "../..");
const library = join(root, "dist/lib");
let sdk: string;
beforeAll(() => {
  if (!existsSync(library)) throw new Error("the library is not built: ./compile.sh --library");
  sdk = mkdtempSync(join(tmpdir(), "agent-sdk-"));
  fetchAgentSdk(sdk);
});
afterAll(() => rmSync(sdk, { recursive: true, force: true }));

/** Each example, with what it prints. */
const page = readFileSync(join(root, "docs/library.md"), "utf8");
const examples = [...page.matchAll(/^```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```/gm)].map(([, code, output]) => ({
  code: code as string,
  output: output as string,
}));

/** Pids differ; Bun and Node spell lists differently. */
const plain = (text: string) =>
  text.replaceAll(/\b\d{1,10}(?=,| *$)/gm, "N").replaceAll("'", '"').replaceAll(/\s+/g, " ");

describe("the library's documentation", () => {
  test("every example has its output", () => {
    expect(examples.length).toBe([...page.matchAll(/^```ts$/gm)].length);
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  for (const runtime of runtimes()) {
    for (const [at, { code, output }] of examples.entries()) {
      test(`example ${at + 1} under ${runtime.name}`, async () => {
        await runInNamespace(
          (directory) => {
            const claude = join(directory, "claude.mjs");
            writeStandIn(claude);
            const text = code.replaceAll("@agent-reaper/agent-reaper", runtime.library)
              .replace("@anthropic-ai/claude-agent-sdk", join(sdk, "sdk.mjs"))
              .replace("/usr/local/bin/claude", claude);
            writeFileSync(join(directory, runtime.file), text);
            return [...runtime.command, join(directory, runtime.file)];
          },
          // Under Bun the SDK runs a script by `bun`.
          { env: { PATH: `${dirname(process.execPath)}:${process.env["PATH"]}` } },
          ({ stdout, stderr, exitCode }) => {
            // Node 20 has no SQLite and says so.
            const rest = stderr.split("\n").filter((line) =>
              !/AgentReaperWarning: .* has no SQLite|--trace-warnings/.test(line)
            );
            expect({ exitCode, stderr: rest.join("\n").trim() }).toEqual({ exitCode: 0, stderr: "" });
            const said = stdout.split("\n").filter((line) => !line.includes("has no SQLite")).join("\n");
            expect(plain(said)).toBe(plain(output));
          },
        );
      });
    }
  }
});

describe("the library's types", () => {
  /** What TypeScript says of a host, under every strictness. */
  const said = (host: string): string => {
    const directory = mkdtempSync(join(tmpdir(), "library-types-"));
    try {
      writeFileSync(join(directory, "host.mts"), host);
      const types = join(root, "node_modules/.deno/node_modules/@types");
      const flags = [
        "--strict",
        "--exactOptionalPropertyTypes",
        "--noUncheckedIndexedAccess",
        "--skipLibCheck",
        "--noEmit",
        "--ignoreConfig",
      ];
      const check = Bun.spawnSync([
        ...[join(root, "node_modules/.bin/tsc"), ...flags, "--target", "esnext", "--module", "nodenext"],
        ...["--typeRoots", types, "--types", "node", join(directory, "host.mts")],
      ]);
      return check.stdout.toString();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
  const built = join(library, "mod.js");
  beforeAll(() => copyFileSync(join(sdk, "sdk.d.ts"), join(sdk, "sdk.d.mts")));

  test("fit the Claude Agent SDK's own", () => {
    expect(said(HOST.replace("LIBRARY", built).replaceAll("SDK", join(sdk, "sdk.d.ts")))).toBe("");
  });

  test.each(examples.map(({ code }, at) => [at + 1, code] as const))("take example %d as it is written", (_, code) => {
    const text = code.replaceAll("@agent-reaper/agent-reaper", built)
      .replace("@anthropic-ai/claude-agent-sdk", join(sdk, "sdk.mjs"));
    expect(said(text)).toBe("");
  });
});

const HOST = `
import type { Options, SpawnedProcess, SpawnOptions } from "SDK";
import { createReaper, type Report } from "LIBRARY";

type IsAny<T> = 0 extends 1 & T ? true : false;
const known: readonly [IsAny<SpawnedProcess>, IsAny<SpawnOptions>, IsAny<Report>] = [false, false, false];

const reaper = createReaper();
const spawn: (options: SpawnOptions) => SpawnedProcess = reaper.spawnFor("s");
export const options: Options = { spawnClaudeCodeProcess: reaper.spawnFor("s") };
// @ts-expect-error -- were the SDK's types unknown here, this would pass
export const wrong: Options = { spawnClaudeCodeProcess: () => 1 };
export { known, spawn };
`;
