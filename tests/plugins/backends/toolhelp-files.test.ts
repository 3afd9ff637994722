import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readText } from "../../../plugins/backends/toolhelp/files.ts";

let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "reaper-files-"));
  writeFileSync(join(place, "slot-12"), "pid=12");
  writeFileSync(join(place, "exactly-1-mib"), "x".repeat(1 << 20));
  writeFileSync(join(place, "larger"), "");
  truncateSync(join(place, "larger"), (1 << 20) + 1);
  mkdirSync(join(place, "codex-home-12", "deep"), { recursive: true });
  writeFileSync(join(place, "codex-home-12", "deep", "log"), "12345");
  symlinkSync(join(place, "slot-12"), join(place, "slot-13"));
  symlinkSync(join(place, "codex-home-12"), join(place, "codex-home-13"));
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("readText()", () => {
  test("reads a regular file of up to 1 MiB", () => {
    expect(readText(join(place, "slot-12"))).toBe("pid=12");
    expect(readText(join(place, "exactly-1-mib"))).toHaveLength(1 << 20);
  });

  test.each(["larger", "slot-13", "codex-home-12", "missing"])("gives nothing for %p", (name) => {
    expect(readText(join(place, name))).toBeUndefined();
  });
});
