import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../deno.json";
import manifest from "../../deno.json";

const ROOT = join(import.meta.dirname, "..", "..");
const SCRIPTS = ["compile.sh", ".ci/run", "tests/gate/bun.sh"];
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

function sh(...command: readonly string[]): { code: number; out: string; err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd: ROOT, stdin: "ignore" });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

describe("the scripts", () => {
  test.skipIf(Bun.which("shellcheck") === null)("are clean by shellcheck", () => {
    expect(sh("shellcheck", ...SCRIPTS)).toEqual({ code: 0, out: "", err: "" });
  });

  test("name one version of Deno, wherever they name one", () => {
    const named = [...SCRIPTS, "README.md", "CONTRIBUTING.md"].filter((path) => existsSync(join(ROOT, path)))
      .flatMap((path) => [...read(path).matchAll(/\bdeno@(\d[\w.]*\w)|^DENO=(.+)$/gm)].map((hit) => hit[1] ?? hit[2]));
    expect(named.length).toBeGreaterThanOrEqual(4);
    expect(new Set(named).size).toBe(1);
  });

  test("bun.sh runs the Bun of the manifest", () => {
    const { code, out } = sh("sh", "tests/gate/bun.sh", "--version");
    expect(code).toBe(0);
    expect(manifest.imports.bun).toBe(`npm:bun@${out.trim()}`);
  });
});

test("docs/building.md tells of every step of the gate, in order", () => {
  const { code, err } = sh("sh", "tests/gate/bun.sh", "tests/gate/gate.ts", "no-such-step");
  const told = [...read("docs/building.md").matchAll(/^\| `(\w+)` +\|/gm)].map(([, step]) => step);
  expect({ code, err }).toEqual({ code: 1, err: `gate: no step "no-such-step"; there are: ${told.join(", ")}\n` });
});

describe("the manifest", () => {
  test("pins every import to one version", () => {
    for (const specifier of Object.values(manifest.imports)) {
      expect(specifier).toMatch(/^npm:(@[^@]+|[^@]+)@\d+\.\d+\.\d+$/);
    }
  });

  test("has a version as people write them", () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe("compile.sh", () => {
  test("--help tells of every flag and what the musl binaries need", () => {
    const { code, out, err } = sh("sh", "compile.sh", "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const word of ["--all", "--target", "--out", "libstdc++", "SHA256SUMS"]) expect(out).toContain(word);
  });

  for (
    const [args, said] of [
      [["--al"], 'compile.sh: unknown argument "--al"'],
      [["--target"], "compile.sh: --target needs a name"],
      [["--target", "beos-x64"], 'compile.sh: unknown target "beos-x64"; there are: linux-x64 '],
      [["--out"], "compile.sh: --out needs a directory"],
    ] as const
  ) {
    test(`refuses ${args.join(" ")} with the remedy and touches nothing`, () => {
      const { code, out, err } = sh("sh", "compile.sh", ...args);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toStartWith(said);
      expect(err).toEndWith("Try: ./compile.sh --help\n");
    });
  }
});
