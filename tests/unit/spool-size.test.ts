import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pruneSpool, spoolFiles } from "../../src/journal/spool.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spool-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("of a journal that is too large the oldest goes, never what is written to now", () => {
  const MB = 1024 ** 2;
  for (const [name, bytes] of [["20.0", 1], ["20.1", 30 * MB], ["21.0", 29 * MB], ["21.1", 90 * MB]] as const) {
    writeFileSync(join(directory, `2026-11-${name}.ndjson`), "");
    truncateSync(join(directory, `2026-11-${name}.ndjson`), bytes);
  }
  const left = () => spoolFiles(directory).map((name) => name.slice(8, 12));
  const now = Date.UTC(2026, 10, 21, 12);
  pruneSpool(directory, now);
  expect(left()).toEqual(["20.0", "20.1", "21.0", "21.1"]);
  truncateSync(join(directory, "2026-11-21.0.ndjson"), 40 * MB);
  pruneSpool(directory, now);
  expect(left()).toEqual(["21.0", "21.1"]);
});
