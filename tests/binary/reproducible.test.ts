/** The same sources and the same tools give the same bytes, wherever they lie. */
import { afterAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCES = ["deno.json", "deno.lock", "tsconfig.json", "compile.sh", "src", "plugins", "tests/gate"];

const elsewhere = mkdtempSync(join(tmpdir(), "agent-reaper-elsewhere-"));
afterAll(() => rmSync(elsewhere, { recursive: true }));

test("a second build in another directory is byte-identical, for every target", () => {
  for (const path of SOURCES) cpSync(join(ROOT, path), join(elsewhere, path), { recursive: true });
  for (const options of [[], ["--all"]]) {
    const { exitCode, stderr } = Bun.spawnSync(["sh", "compile.sh", ...options], { cwd: elsewhere, stdin: "ignore" });
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
  }
  const file = process.platform === "win32" ? "agent-reaper.exe" : "agent-reaper";
  expect(checksum(join(elsewhere, "dist", file))).toBe(checksum(join(ROOT, "dist", file)));
  expect(sums(elsewhere)).toBe(sums(ROOT));
}, 900_000);

function checksum(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Each target's checksum, as `compile.sh --all` wrote them; targets.test.ts shows that they are true. */
function sums(root: string): string {
  return readFileSync(join(root, "dist", "SHA256SUMS"), "utf8");
}
