import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLeftovers, readText } from "../../../plugins/backends/toolhelp/files.ts";

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
  symlinkSync(place, join(place, "elsewhere"));
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

describe("readLeftovers()", () => {
  test("takes entries of the wanted name and kind, never a link's target", () => {
    const files = readLeftovers({ base: place, entry: /^slot-\d+$/g, kind: "file" });
    expect(files).toEqual([
      { path: join(place, "slot-12"), kind: "file", bytes: 6, content: "pid=12", modifiedAt: expect.any(Number) },
    ]);
    const directories = readLeftovers({ base: place, entry: /^codex-home-\d+$/, kind: "directory" });
    expect(directories).toEqual([
      { path: join(place, "codex-home-12"), kind: "directory", bytes: 5, modifiedAt: expect.any(Number) },
    ]);
  });

  test("does not go through a link to the place, nor to a place that is not there", () => {
    for (const base of [join(place, "elsewhere"), join(place, "missing"), join(place, "slot-12")]) {
      expect(readLeftovers({ base, entry: /./, kind: "file" })).toEqual([]);
    }
  });
});
