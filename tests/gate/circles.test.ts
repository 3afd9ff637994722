import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { circles, importsOf } from "./circles.ts";

const ROOT = join(import.meta.dir, "../..");

/** All that is ours, by paths from the repository's root. */
function ours(): Map<string, string> {
  const below = new Bun.Glob("{src,plugins,bench,tests}/**/*.ts").scanSync({ cwd: ROOT });
  return new Map(["mod.ts", ...below].sort().map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

test("importsOf() reads every form in which a module names another of ours", () => {
  const source = [
    `import { a } from "./a.ts";`,
    `import type { b } from "../b.ts";`,
    `import {`,
    `  c,`,
    `} from "./c/c.ts";`,
    `export * from "./d.ts";`,
    `export type { e } from "./e.ts";`,
    `import "./f.ts";`,
    `  const { g } = await import("./g.ts");`,
    `  render(report: import("./h.ts").Report): string;`,
    `import { join } from "node:path";`,
    `import { Command } from "commander";`,
    `const said = 'import { x } from "./x.ts"';`,
  ].join("\n");
  expect(importsOf("src/in/it.ts", source)).toEqual([
    ...["a", "c/c", "d", "e", "f", "g", "h"].map((name) => `src/in/${name}.ts`),
    "src/b.ts",
  ].sort());
});

test("circles() finds who leads back to itself, by types and by what is loaded later, too", () => {
  const sources = {
    "one.ts": `import type { Two } from "./two.ts";`,
    "two.ts": `export { three } from "./three.ts";`,
    "three.ts": `const one = await import("./one.ts");\nimport { four } from "./four.ts";`,
    "four.ts": `import { five } from "./five.ts";`,
    "five.ts": `import "./five.ts";`,
    "six.ts": `import { one } from "./one.ts";\nimport { gone } from "./gone.ts";`,
  };
  expect(circles(new Map(Object.entries(sources)))).toEqual([["five.ts"], ["one.ts", "three.ts", "two.ts"]]);
});

test("no module of ours leads back to itself", () => {
  const sources = ours();
  expect(importsOf("mod.ts", sources.get("mod.ts") as string)).toContain("src/engine.ts");
  expect(sources.size).toBeGreaterThan(500);
  expect(circles(sources)).toEqual([]);
});
