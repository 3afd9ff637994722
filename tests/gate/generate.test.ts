import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as index from "../../plugins/index.ts";
import { findPlugins, KINDS, renderIndex } from "./generate.ts";

const PLUGINS = join(import.meta.dirname, "..", "..", "plugins");
const GUARDS = KINDS.find(({ folder }) => folder === "guards") as (typeof KINDS)[number];
const made: string[] = [];

/** A plugins folder with empty files at these paths. */
function plant(...paths: readonly string[]): string {
  const plugins = mkdtempSync(join(tmpdir(), "agent-reaper-plugins-"));
  made.push(plugins);
  for (const path of paths) {
    mkdirSync(dirname(join(plugins, path)), { recursive: true });
    writeFileSync(join(plugins, path), "");
  }
  return plugins;
}

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

describe("the generated index", () => {
  for (const kind of KINDS) {
    test(`holds every plugin in plugins/${kind.folder}, each under its file's name`, () => {
      const names = (index[kind.list as keyof typeof index] as readonly { name: string }[]).map(({ name }) => name);
      expect(names).toEqual(findPlugins(PLUGINS, kind).map(({ name }) => name));
    });
  }

  test("has plugins of every kind that a scan needs", () => {
    for (const list of [index.backends, index.matchers, index.guards, index.reporters]) expect(list).not.toBeEmpty();
  });
});

describe("findPlugins()", () => {
  test("takes files and folders, sorted by name, and leaves out what starts with _", () => {
    const plugins = plant(
      "guards/too-young.ts",
      "guards/nohup/index.ts",
      "guards/nohup/parts.ts",
      "guards/_shared.ts",
      "guards/_template/index.ts",
    );
    expect(findPlugins(plugins, GUARDS)).toEqual([
      { name: "nohup", path: "./guards/nohup/index.ts" },
      { name: "too-young", path: "./guards/too-young.ts" },
    ]);
  });

  test("tells of a folder without an index instead of losing it", () => {
    const unfinished: string[] = [];
    expect(findPlugins(plant("guards/half/parts.ts"), GUARDS, unfinished)).toEqual([]);
    expect(unfinished).toEqual(["plugins/guards/half"]);
  });

  test("refuses what cannot be a plugin", () => {
    expect(() => findPlugins(plant("guards/TooYoung.ts"), GUARDS)).toThrow("lower-case words joined by hyphens");
    expect(() => findPlugins(plant("guards/notes.md"), GUARDS)).toThrow("plugins/guards/notes.md is no plugin");
    expect(() => findPlugins(plant("guards/self.ts", "guards/self/index.ts"), GUARDS)).toThrow("is there twice");
  });
});

describe("renderIndex()", () => {
  test("imports statically and keeps the order", () => {
    const text = renderIndex(plant("matchers/codex.ts", "matchers/mcp-server/index.ts"), "judges");
    expect(text).toContain('import mcpServerMatcher from "./matchers/mcp-server/index.ts";\n');
    expect(text).toContain("readonly Matcher[] = [\n  codexMatcher,\n  mcpServerMatcher,\n];\n");
    expect(text).toContain("export const guards: readonly Guard[] = [];\n");
  });
});
